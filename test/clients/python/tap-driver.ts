import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Why tests that need Python 3.9 cannot run here; empty where they can. */
export const PYTHON_MISSING = missing();

export const PYTHON_TESTS = ['test_oi_loop.py', 'test_signal_generator.py'].map((name) =>
  join(import.meta.dirname, name),
);
const DRIVER = join(import.meta.dirname, 'tap_driver.py');

/** What `stats()` of the Python client says of one kind of message. */
export interface BoxStats {
  readonly taken: number;
  readonly waiting: number;
  readonly on_disk: number;
  readonly sent: number;
  readonly refused: number;
  readonly refused_by_field: Readonly<Record<string, number>>;
  readonly dropped: number;
  readonly torn: number;
  readonly retries: number;
  readonly throttled: number;
  readonly online: boolean | null;
}

/** A Python process with one client in it, as the tracker is one. */
export interface Tracker {
  readonly child: ChildProcess;
  ask<T>(what: string, given?: object): Promise<T>;
  stats(): Promise<{ readonly snapshots: BoxStats; readonly trades: BoxStats }>;
  /** What the client has logged. */
  log(): string;
  kill(): Promise<void>;
}

export function startTracker(env: Readonly<Record<string, string>> = {}): Tracker {
  const settings = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OI_LOOP_ENABLED: '1', ...env };
  const child = spawn('python3', [DRIVER], { env: settings, stdio: ['pipe', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async <T>(what: string, given: object = {}): Promise<T> => {
    child.stdin.write(`${JSON.stringify({ do: what, ...given })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`${what}: expected an answer of the Python process, was its end: ${log}`);
    return JSON.parse(value).answer as T;
  };
  return {
    child,
    ask,
    stats: () => ask('stats'),
    log: () => log,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

function missing(): string {
  const question = 'import sys; sys.exit(sys.version_info < (3, 9))';
  try {
    execFileSync('python3', ['-c', question], { stdio: 'ignore' });
    return '';
  } catch {
    return ' (skipped: expected python3 3.9 or later on the path, was none)';
  }
}
