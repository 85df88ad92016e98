import { randomUUID } from 'node:crypto';
import type { LocalRequest, LocalResponse } from '../service.ts';
import type { LambdaService } from './contract.ts';
import { ASYNC_PAYLOAD_LIMIT_BYTES, PAYLOAD_LIMIT_BYTES } from './definition.ts';
import { Throttled } from './pool.ts';
import type { Outcome } from './worker.ts';

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** The operation `Invoke` with RequestResponse and Event; any other is an error that names it. */
export async function handleRest(lambda: LambdaService, request: LocalRequest): Promise<LocalResponse> {
  const name = INVOCATIONS.exec(request.path)?.[1];
  if (name === undefined || request.method !== 'POST') {
    return failure(404, 'UnknownOperationException', `${request.method} ${request.path}`);
  }
  const target = decodeURIComponent(name);
  if (!lambda.has(target)) return failure(404, 'ResourceNotFoundException', `Function not found: ${target}`);
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const payload = request.body.length === 0 ? '{}' : request.body.toString('utf8');
  const problem = payloadProblem(payload, type === 'Event' ? ASYNC_PAYLOAD_LIMIT_BYTES : PAYLOAD_LIMIT_BYTES);
  if (problem !== null) return problem;
  if (type === 'Event') return { status: 202, headers: requestId(await lambda.invokeAsync(target, payload)) };
  if (type === 'RequestResponse') return invoke(lambda, target, payload);
  return failure(
    400,
    'InvalidParameterValueException',
    `expected RequestResponse or Event, was ${String(type)}`,
  );
}

async function invoke(lambda: LambdaService, target: string, payload: string): Promise<LocalResponse> {
  try {
    return respond(await lambda.invoke(target, payload));
  } catch (error) {
    if (error instanceof Throttled) return failure(429, error.name, error.message);
    throw error;
  }
}

function respond(outcome: Outcome): LocalResponse {
  const headers = {
    'content-type': 'application/json',
    'x-amz-executed-version': '$LATEST',
    ...requestId(randomUUID()),
  };
  if (outcome.ok) return { status: 200, headers, body: outcome.payload };
  return {
    status: 200,
    headers: { ...headers, 'x-amz-function-error': 'Unhandled' },
    body: JSON.stringify(outcome.error),
  };
}

function payloadProblem(payload: string, limitBytes: number): LocalResponse | null {
  const bytes = Buffer.byteLength(payload);
  if (bytes > limitBytes) {
    const message = `${bytes} byte payload is too large for the limit of ${limitBytes} bytes`;
    return failure(413, 'RequestTooLargeException', message);
  }
  try {
    JSON.parse(payload);
    return null;
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    return failure(400, 'InvalidRequestContentException', message);
  }
}

function failure(status: number, type: string, message: string): LocalResponse {
  const headers = {
    'content-type': 'application/json',
    'x-amzn-errortype': type,
    ...requestId(randomUUID()),
  };
  return { status, headers, body: JSON.stringify({ Type: 'User', message }) };
}

function requestId(id: string): Record<string, string> {
  return { 'x-amzn-requestid': id };
}
