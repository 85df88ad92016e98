import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A service in a process of its own that can be killed without warning. */
export interface Killable {
  readonly endpoint: string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Starts a script that prints its endpoint as its first line. */
export async function startKillable(script: URL, ...args: readonly string[]): Promise<Killable> {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`expected an endpoint from ${script.pathname}, was exit ${code}`);
  });
  const [endpoint] = (await Promise.race([once(lines, 'line'), died])) as [string];
  died.catch(() => undefined);
  return {
    endpoint,
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
