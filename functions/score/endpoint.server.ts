// The entry point of the serving image, by SageMaker's conventions: the model below /opt/ml/model, GET /ping and
// POST /invocations on port 8080, an end on SIGTERM. What it answers is what the scoring functions answer in process.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, relative, sep } from 'node:path';
import { loadBundle } from '../../models/candidate/load.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import { answerInvocation } from './answer-invocation.ts';
import { bundles } from './bundles.ts';

const MODEL = join(process.env['SAGEMAKER_BASE_DIR'] ?? '/opt/ml', 'model');
/** SageMaker names another port where several containers share an instance. */
const PORT = Number(process.env['SAGEMAKER_BIND_TO_PORT'] ?? 8080);
/** A row of some hundred features has a few thousand bytes. */
const MOST_BYTES = 256 * 1024;
/** Whoever keeps connections open closes them first. */
const KEEP_ALIVE_MS = 75_000;
const CLOSE_EVERY_MS = 20;

let answer: ReturnType<typeof answerInvocation> | undefined;

const server = createServer((request, response) => {
  route(request, response).catch((error: unknown) => {
    const status = statusOf(error);
    if (status === 500) console.error(error);
    reply(response, status, { reason: (error as Error).message });
  });
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.headersTimeout = KEEP_ALIVE_MS + 1000;
server.listen(PORT);

// The first process of a container is deaf to signals that it has no handler for.
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  // A connection whose last answer is given is idle from then on, and would be kept for what nobody asks any more.
  setInterval(() => server.closeIdleConnections(), CLOSE_EVERY_MS);
});

const openBundle = bundles({ readFiles: filesIn, load: (files) => loadBundle(files, openSession) });
openBundle(MODEL).then(
  ({ scorer }) => {
    answer = answerInvocation(scorer);
    const { version, bundle_hash } = scorer.bundle;
    console.log(JSON.stringify({ level: 'INFO', message: 'ready', version, bundle_hash }));
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

async function filesIn(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [relative(folder, path).replaceAll(sep, '/'), readFileSync(path)]));
}

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = `${request.method} ${request.url}`;
  if (asked === 'GET /ping') return reply(response, answer === undefined ? 503 : 200);
  if (asked !== 'POST /invocations') {
    return reply(response, 404, { reason: `expected GET /ping or POST /invocations, was ${asked}` });
  }
  if (answer === undefined) return reply(response, 503, { reason: 'the model is not ready yet' });
  reply(response, 200, await answer(jsonOf(await bodyOf(request))));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    // What comes after the limit is read and dropped, so that the reason reaches who sends it.
    if (bytes <= MOST_BYTES) chunks.push(chunk as Buffer);
  }
  if (bytes > MOST_BYTES) throw new TooLarge(`body: expected at most ${MOST_BYTES} bytes, was ${bytes}`);
  return Buffer.concat(chunks).toString('utf8');
}

class TooLarge extends Error {}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RejectedInput(`body: expected JSON, was ${text.slice(0, 40)}`, { field: 'body', cause });
  }
}

function statusOf(error: unknown): number {
  if (error instanceof TooLarge) return 413;
  if (error instanceof RejectedInput) return 400;
  return error instanceof Conflict ? 409 : 500;
}

function reply(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
