import type { LocalResponse } from '../service.ts';
import type { S3Error } from './error.ts';
import { renderXml } from './xml.ts';

/** The S3 error document; an answer to HEAD and a 304 carry headers only. */
export function errorResponse(
  error: S3Error,
  request: { method: string; path: string },
  requestId: string,
): LocalResponse {
  if (request.method === 'HEAD' || error.status === 304) {
    return { status: error.status, headers: error.headers };
  }
  const body = renderXml('Error', {
    Code: error.code,
    Message: error.message,
    ...error.elements,
    Resource: request.path,
    RequestId: requestId,
  });
  return { status: error.status, headers: { 'content-type': 'application/xml', ...error.headers }, body };
}
