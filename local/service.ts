import type { IncomingHttpHeaders } from 'node:http';

/** One HTTP request as the router hands it to an embedded service; `path` has the service's prefix removed. */
export interface LocalRequest {
  readonly method: string;
  /** Still percent-encoded, begins with `/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface LocalResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** An embedded AWS service: answers its wire protocol, keeps its state on disk, and can be closed. */
export interface LocalService {
  handle(request: LocalRequest): Promise<LocalResponse>;
  close(): Promise<void>;
}
