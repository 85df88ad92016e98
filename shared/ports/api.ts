export interface ApiCall {
  readonly method: 'GET' | 'POST';
  /** With its leading slash, without the query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The loop's own HTTP API. Answers are parsed JSON (text for /metrics). */
export interface Api {
  /** @throws our error by the answer's status: RejectedInput, NotFound, Conflict, Temporary. */
  call<T>(request: ApiCall): Promise<T>;
}
