import { randomUUID } from 'node:crypto';
import type { LocalRequest, LocalResponse } from '../service.ts';
import { ServiceError } from './service-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;
export type Operation = (input: JsonObject) => unknown;

/** How one service speaks AWS JSON: `target` is what comes before the dot in `X-Amz-Target`. */
export interface JsonProtocol {
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly operations: ReadonlyMap<string, Operation>;
  /** Headers that an error carries besides its body; SQS names the code of its old query protocol here. */
  readonly errorHeaders?: (error: ServiceError) => Readonly<Record<string, string>>;
}

/**
 * Answers one AWS JSON request. An operation that is not in `operations` is an UnknownOperationException that
 * names it; a body that is not a JSON object is a SerializationException; an unexpected throw is a 500.
 */
export async function answerJson(request: LocalRequest, protocol: JsonProtocol): Promise<LocalResponse> {
  const headers = {
    'content-type': `application/x-amz-json-${protocol.version}`,
    'x-amzn-requestid': randomUUID(),
  };
  try {
    const operation = findOperation(request, protocol);
    const output = await operation(parseBody(request.body));
    return { status: 200, headers, body: JSON.stringify(output ?? {}) };
  } catch (thrown) {
    const error = asServiceError(thrown);
    return {
      status: error.status,
      headers: { ...headers, 'x-amzn-errortype': error.code, ...protocol.errorHeaders?.(error) },
      body: JSON.stringify({ __type: error.code, message: error.message }),
    };
  }
}

function findOperation(request: LocalRequest, protocol: JsonProtocol): Operation {
  const header = String(request.headers['x-amz-target'] ?? '');
  const [target, name = ''] = header.split('.');
  const operation = target === protocol.target ? protocol.operations.get(name) : undefined;
  if (operation === undefined) {
    const known = [...protocol.operations.keys()].join(', ');
    const expected = `expected X-Amz-Target ${protocol.target}.<operation> with one of ${known}`;
    throw new ServiceError('UnknownOperationException', `${expected}, was ${header || 'no header'}`);
  }
  return operation;
}

function parseBody(body: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
  } catch (cause) {
    throw new ServiceError('SerializationException', `expected a JSON body, was ${String(cause)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ServiceError(
      'SerializationException',
      `expected a JSON object, was ${body.toString('utf8', 0, 40)}`,
    );
  }
  return parsed as JsonObject;
}

function asServiceError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  return new ServiceError('InternalFailure', thrown instanceof Error ? thrown.message : String(thrown), 500);
}
