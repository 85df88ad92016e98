// Sends prepared requests over kept connections, each as soon as the one before it on its connection was answered. A
// process of its own: `fork` it, send one LoadPlan, receive one LoadReport.
import { Agent, request } from 'node:http';

export interface PreparedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly requests: readonly PreparedRequest[];
}

export interface LoadReport {
  /** From the first request to the last answer. */
  readonly wallMs: number;
  /** Of this process alone, in that time. */
  readonly cpuMs: number;
  /** Of each request, in the order of the plan. */
  readonly latenciesMs: readonly number[];
  readonly statuses: readonly number[];
  readonly bodies: readonly string[];
}

async function run({ host, port, connections, requests }: LoadPlan): Promise<LoadReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const latenciesMs: number[] = new Array(requests.length).fill(0);
  const statuses: number[] = new Array(requests.length).fill(0);
  const bodies: string[] = new Array(requests.length).fill('');
  let next = 0;
  const one = (at: number): Promise<void> => {
    const { path, headers, body } = requests[at]!;
    return new Promise((resolve, reject) => {
      const startMs = performance.now();
      const sent = request({ host, port, path, method: 'POST', headers, agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          latenciesMs[at] = performance.now() - startMs;
          statuses[at] = answer.statusCode ?? 0;
          bodies[at] = Buffer.concat(chunks).toString();
          resolve();
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  };
  const connection = async () => {
    while (next < requests.length) await one(next++);
  };
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await Promise.all(Array.from({ length: connections }, connection));
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  agent.destroy();
  return { wallMs, cpuMs: (user + system) / 1000, latenciesMs, statuses, bodies };
}

process.once('message', async (plan: LoadPlan) => {
  process.send?.(await run(plan), () => process.disconnect());
});
