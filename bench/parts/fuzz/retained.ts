import { setTimeout as pause } from 'node:timers/promises';

/** Where Node listens once a process was asked for its inspector (SIGUSR1); one process at a time. */
const INSPECTOR = 'http://127.0.0.1:9229/json/list';
const WITHIN_MS = 10_000;
const MB = 2 ** 20;

interface Answer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/**
 * What a Node process still holds after a collection: its heap and its buffers, in MB. Resident memory does not tell it:
 * V8 gives back what it once needed when it likes. The process goes on as before, its inspector closed again.
 *
 * @throws Error when the process does not answer within ten seconds
 */
export async function retainedMb(pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await inspectorOf(pid));
  try {
    const call = await caller(socket);
    await call('HeapProfiler.enable');
    // What finalizers let go of is gone with the second.
    for (let turn = 0; turn < 2; turn++) await call('HeapProfiler.collectGarbage');
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    const bytes = await call('Runtime.evaluate', { expression });
    // It closes once nobody is connected any more.
    const close = "setTimeout(() => process.getBuiltinModule('node:inspector').close(), 10)";
    await call('Runtime.evaluate', { expression: close });
    return (bytes.result?.result?.value as number) / MB;
  } finally {
    socket.close();
    await closed();
  }
}

async function inspectorOf(pid: number): Promise<string> {
  for (const deadline = performance.now() + WITHIN_MS; performance.now() < deadline; await pause(50)) {
    const [target] = await targets();
    if (target !== undefined) return target;
  }
  throw new Error(`process ${pid}: expected its inspector within ${WITHIN_MS} ms, was none`);
}

/** Until the port is free for the next process. */
async function closed(): Promise<void> {
  for (const deadline = performance.now() + WITHIN_MS; performance.now() < deadline; await pause(20)) {
    if ((await targets()).length === 0) return;
  }
}

async function targets(): Promise<string[]> {
  try {
    const found = (await (await fetch(INSPECTOR)).json()) as { webSocketDebuggerUrl: string }[];
    return found.map(({ webSocketDebuggerUrl }) => webSocketDebuggerUrl);
  } catch {
    return [];
  }
}

/** Asks one thing after another. */
async function caller(socket: WebSocket) {
  await event(socket, 'open');
  let last = 0;
  return async (method: string, params: object = {}): Promise<Answer> => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const { data } = (await event(socket, 'message')) as MessageEvent;
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id === id) return answer;
    }
  };
}

function event(socket: WebSocket, name: 'open' | 'message'): Promise<Event> {
  return new Promise((resolve, reject) => {
    socket.addEventListener(name, resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('inspector: the line broke')), { once: true });
  });
}

/** What each process holds, by its id; one that ended meanwhile is left out. */
export async function retainedBy(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const held = new Map<number, number>();
  for (const pid of pids) {
    const mb = await retainedMb(pid).catch(() => undefined);
    if (mb !== undefined) held.set(pid, mb);
  }
  return held;
}

/** The most that a process grew by which was there before and after; undefined where none was. */
export function mostGrown(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): { readonly heldMb: number; readonly growthMb: number } | undefined {
  return [...after]
    .filter(([pid]) => before.has(pid))
    .map(([pid, heldMb]) => ({ heldMb, growthMb: heldMb - before.get(pid)! }))
    .toSorted((a, b) => b.growthMb - a.growthMb)
    .at(0);
}
