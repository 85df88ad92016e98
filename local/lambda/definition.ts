/** A Lambda function as the template defines it, with every path resolved. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly runtime: string;
  /** `index.handler` */
  readonly handler: string;
  /** Absolute folder of the unpacked code. */
  readonly codeFolder: string;
  /** Absolute folders of the layers, in the template's order: a later one wins. */
  readonly layerFolders: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Reserved concurrency, undefined when the function has none. */
  readonly reservedConcurrency: number | undefined;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What happens when an asynchronous invocation fails. */
  readonly retryAttempts: number;
}

/** Request and response limits of an invocation, in bytes of JSON. */
export const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;
export const ASYNC_PAYLOAD_LIMIT_BYTES = 1024 * 1024;
