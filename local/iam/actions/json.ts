import type { LocalRequest } from '../../service.ts';

/** The operation in `X-Amz-Target` (`AmazonSQS.SendMessage` -> `SendMessage`). */
export function operationOf(request: LocalRequest): string {
  return String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
}

/** The body as a JSON object; {} when it is none, which the service itself then refuses. */
export function jsonBody(request: LocalRequest): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(request.body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
