import { randomUUID } from 'node:crypto';
import type { LocalRequest, LocalResponse } from '../../service.ts';
import { ServiceError } from '../../sqs/service-error.ts';
import type { Endpoints } from './endpoints.ts';
import type { Answered } from './model-server.ts';

/** What SageMaker takes in one request. */
const MOST_BYTES = 25 * 1024 * 1024;
const ORIGINAL_MESSAGE_CHARACTERS = 1024;

/** InvokeEndpoint, as SageMaker's runtime answers it: the container's answer, or why there is none. */
export async function invokeEndpoint(
  endpoints: Pick<Endpoints, 'invoke'>,
  name: string,
  request: LocalRequest,
): Promise<LocalResponse> {
  const requestId = randomUUID();
  try {
    if (request.body.length > MOST_BYTES) {
      throw new ServiceError('ValidationError', `expected at most ${MOST_BYTES} bytes`);
    }
    const answered = await endpoints.invoke(name, request.body, forwarded(request));
    return answered.status < 300 ? success(answered, requestId) : modelError(name, answered, requestId);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return failure(error.status, error.code, { Message: error.message }, requestId);
  }
}

function forwarded({ headers }: LocalRequest): Record<string, string> {
  const kept = { 'content-type': headers['content-type'], accept: headers.accept };
  return Object.fromEntries(Object.entries(kept).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}

function success({ contentType, body }: Answered, requestId: string): LocalResponse {
  const variant = { 'x-amzn-invoked-production-variant': 'primary' };
  return {
    status: 200,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, ...variant },
    body,
  };
}

function modelError(name: string, { status, body }: Answered, requestId: string): LocalResponse {
  const said = body.toString('utf8').slice(0, ORIGINAL_MESSAGE_CHARACTERS);
  const whose = status >= 500 ? 'server' : 'client';
  const Message = `Received ${whose} error (${status}) from primary with message "${said}". Endpoint: ${name}`;
  const original = { OriginalStatusCode: status, OriginalMessage: said };
  return failure(424, 'ModelError', { Message, ...original }, requestId);
}

function failure(status: number, code: string, body: object, requestId: string): LocalResponse {
  const type = { 'content-type': 'application/json', 'x-amzn-errortype': code };
  return { status, headers: { ...type, 'x-amzn-requestid': requestId }, body: JSON.stringify(body) };
}
