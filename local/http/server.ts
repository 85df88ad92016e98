import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalRequest, LocalResponse } from '../service.ts';
import { BodyTooLarge, readBody } from './read-body.ts';

/** What the server asks for each request: how large its body may be, and the answer. */
export interface Router {
  bodyLimitBytes(path: string): number;
  /** `request.path` is the whole path as it was sent. */
  handle(request: LocalRequest): Promise<LocalResponse>;
}

export interface ServerOptions {
  readonly port: number;
  readonly nowMs: () => number;
  /** Told of errors that are nobody's answer (a bug here); the client gets 500. */
  readonly onError: (error: unknown) => void;
}

export interface HttpServer {
  readonly port: number;
  /** From now on requests go to `router`; before, they are answered 503. */
  use(router: Router): void;
  close(): Promise<void>;
}

/** SDK clients keep connections open; a server that closes them first makes them fail now and then. */
const KEEP_ALIVE_MS = 120_000;
const TRIED_PORTS = 50;

/** Listens on 127.0.0.1, on `port` or the next free one. */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  let router: Router | undefined;
  const server = createServer((message, response) => {
    answer(message, router, options)
      .catch((error) => failure(error, options))
      .then((result) => send(response, message, result, options.nowMs()));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 5000;
  server.requestTimeout = 0;
  const port = await listen(server, options.port);
  return {
    port,
    use: (next) => {
      router = next;
    },
    close: () => close(server),
  };
}

async function answer(
  message: IncomingMessage,
  router: Router | undefined,
  options: ServerOptions,
): Promise<LocalResponse> {
  if (router === undefined) return json(503, 'the local cloud is starting');
  const [path = '/', query = ''] = splitOnce(message.url ?? '/', '?');
  const body = await readBody(message, router.bodyLimitBytes(path));
  const request = {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: message.headers,
    body,
  };
  return router.handle(request).catch((error) => failure(error, options));
}

function failure(error: unknown, options: ServerOptions): LocalResponse {
  if (error instanceof BodyTooLarge) return json(413, 'Request Entity Too Large');
  options.onError(error);
  return json(500, error instanceof Error ? error.message : String(error));
}

function json(status: number, message: string): LocalResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

function send(
  response: ServerResponse,
  message: IncomingMessage,
  result: LocalResponse,
  nowMs: number,
): void {
  // A text goes out in one piece with the head, which is one write to the connection instead of two.
  const body = result.body ?? '';
  const bytes = Buffer.byteLength(body);
  response.sendDate = false;
  // The rest of a refused body would otherwise be taken for the next request.
  const connection = message.complete ? {} : { connection: 'close' };
  // A HEAD answer states the length of what it leaves out, so that a given length stays.
  const length = message.method === 'HEAD' && bytes === 0 ? {} : { 'content-length': String(bytes) };
  response.writeHead(result.status, {
    date: new Date(nowMs).toUTCString(),
    ...length,
    ...result.headers,
    ...connection,
  });
  response.end(body);
}

async function listen(server: Server, preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + TRIED_PORTS; port += 1) {
    if (await tryPort(server, port)) return (server.address() as AddressInfo).port;
    if (preferred === 0) break;
  }
  throw new Error(
    `expected a free port from ${preferred} to ${preferred + TRIED_PORTS - 1} on 127.0.0.1, was none`,
  );
}

function tryPort(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
