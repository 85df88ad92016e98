// A worker process of one Lambda function: loads its handler once, then answers one invocation at a time.
import { flushCompileCache } from 'node:module';
import { performance } from 'node:perf_hooks';
import { makeContext } from './context.ts';
import { setTime } from './date.ts';
import { describeError } from './function-error.ts';
import { type Handler, loadHandler } from './handler.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

const realNowMs = () => performance.timeOrigin + performance.now();
const send = (message: FromWorker) => process.send?.(message);

/** A worker is killed rather than ended: what V8 compiled is kept for the next one once the first answer is well out. */
const FLUSH_AFTER_MS = 1000;

async function answer(
  handler: Handler,
  invocation: Extract<ToWorker, { kind: 'invoke' }>,
): Promise<FromWorker> {
  const { requestId } = invocation;
  try {
    const result = await handler(JSON.parse(invocation.payload), makeContext(invocation, realNowMs));
    return { kind: 'answer', requestId, payload: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    const described = describeError(error);
    console.error(JSON.stringify(described));
    return { kind: 'error', requestId, error: described };
  }
}

async function start(): Promise<void> {
  const handler = await loadHandler(process.env['LAMBDA_TASK_ROOT'] ?? '', process.env['_HANDLER'] ?? '');
  process.once('message', () => setTimeout(flushCompileCache, FLUSH_AFTER_MS).unref());
  process.on('message', async (message: ToWorker) => {
    setTime(message.nowMs);
    if (message.kind === 'invoke') send(await answer(handler, message));
  });
  send({ kind: 'ready' });
}

/** Serves the function of this process's environment for as long as its parent lives. */
export function serve(): void {
  // The parent is gone: nobody will ever read an answer.
  process.on('disconnect', () => process.exit(0));
  start().catch((error) => {
    console.error(error);
    send({ kind: 'failed-to-start', error: describeError(error) });
  });
}
