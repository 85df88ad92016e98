import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalService } from '../../../local/service.ts';

/** A real HTTP server before one embedded service, mounted below `prefix` as the local cloud's router does it. */
export interface ServiceServer {
  /** `http://127.0.0.1:<port><prefix>` */
  readonly endpoint: string;
  close(): Promise<void>;
}

export async function serve(prefix: string, service: () => LocalService): Promise<ServiceServer> {
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = await service().handle({
      method: request.method ?? 'GET',
      path: url.pathname.slice(prefix.length) || '/',
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}${prefix}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What every SDK client of a test is made with. */
export function clientSettings(endpoint: string) {
  return { endpoint, region: 'ap-south-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}
