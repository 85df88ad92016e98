import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type LocalEndpoint, localEndpointSchema } from '../../cli/connection.ts';
import { type LocalControl, localControl } from '../../cli/control.ts';
import { ROOT } from '../infra/synthesise.ts';

/** A local cloud that runs as a process of its own. */
export interface CloudProcess {
  readonly child: ChildProcess;
  readonly endpoint: LocalEndpoint;
  readonly control: LocalControl;
  /** As the power goes: nothing is written, nobody is told. */
  kill(): Promise<void>;
  /** A clean end. */
  end(): Promise<void>;
}

interface CloudOptions {
  readonly cdkOut: string;
  readonly directory: string;
  /** The clock stands here (ISO) until it is moved; left out it is the real one. */
  readonly simulated?: string;
}

/** Starts `local/main.ts` and waits for its one line. Rejects with what it wrote when it ends instead. */
export async function startCloudProcess({
  cdkOut,
  directory,
  simulated,
}: CloudOptions): Promise<CloudProcess> {
  const args = ['local/main.ts', '--cdk-out', cdkOut, '--directory', directory];
  if (simulated !== undefined) args.push('--simulated', simulated);
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk;
  });
  const ready = once(createInterface({ input: child.stdout }), 'line');
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`local cloud: expected to start, ended with ${code}: ${complaints}`);
  });
  await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  const endpoint = localEndpointSchema.parse(
    JSON.parse(readFileSync(join(directory, 'endpoint.json'), 'utf8')),
  );
  const stopWith = (signal: NodeJS.Signals) => async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  return {
    child,
    endpoint,
    control: localControl(endpoint),
    kill: stopWith('SIGKILL'),
    end: stopWith('SIGTERM'),
  };
}

/** Stack outputs of a running cloud by name. */
export function outputsOf({ outputs }: LocalEndpoint): Readonly<Record<string, string>> {
  return Object.assign({}, ...Object.values(outputs));
}
