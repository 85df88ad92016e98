import { randomUUID } from 'node:crypto';
import type { LocalRequest, LocalResponse } from '../service.ts';
import { ServiceError } from '../sqs/service-error.ts';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** What an operation answers: text, a structure, or a list whose elements are named `member`. */
export type XmlValue = string | readonly XmlValue[] | { readonly [name: string]: XmlValue | undefined };
export type QueryOperation = (form: URLSearchParams) => XmlValue;

/** Answers one request of the AWS query protocol: a form comes in, XML goes out. */
export function answerQuery(
  request: LocalRequest,
  operations: ReadonlyMap<string, QueryOperation>,
): LocalResponse {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const requestId = randomUUID();
  try {
    const name = form.get('Action') ?? '';
    const result = findOperation(name, operations)(form);
    const content = { [`${name}Result`]: result, ResponseMetadata: { RequestId: requestId } };
    return answer(200, `${name}Response`, content, requestId);
  } catch (thrown) {
    const error = asServiceError(thrown);
    const Type = error.status >= 500 ? 'Receiver' : 'Sender';
    const content = { Error: { Type, Code: error.code, Message: error.message }, RequestId: requestId };
    return answer(error.status, 'ErrorResponse', content, requestId);
  }
}

/** The structures listed as `<prefix>.1.<...>`, `<prefix>.2.<...>`: each a form of what follows the number. */
export function formList(form: URLSearchParams, prefix: string): URLSearchParams[] {
  const elements: URLSearchParams[] = [];
  for (const [name, value] of form) {
    if (!name.startsWith(`${prefix}.`)) continue;
    const rest = name.slice(prefix.length + 1);
    const dot = rest.indexOf('.');
    const index = Number(rest.slice(0, dot)) - 1;
    if (dot < 0 || !Number.isInteger(index) || index < 0) continue;
    elements[index] ??= new URLSearchParams();
    elements[index].append(rest.slice(dot + 1), value);
  }
  return elements.filter((element) => element !== undefined);
}

function findOperation(name: string, operations: ReadonlyMap<string, QueryOperation>): QueryOperation {
  const operation = operations.get(name);
  if (operation !== undefined) return operation;
  const known = [...operations.keys()].join(', ');
  throw new ServiceError('InvalidAction', `expected Action ${known}, was ${name || 'none'}`);
}

function answer(status: number, root: string, content: XmlValue, requestId: string): LocalResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<${root} xmlns="${NAMESPACE}">${xml(content)}</${root}>`,
  };
}

function xml(value: XmlValue): string {
  if (typeof value === 'string') return escaped(value);
  if (isList(value)) return value.map((element) => `<member>${xml(element)}</member>`).join('');
  return Object.entries(value)
    .map(([name, content]) => (content === undefined ? '' : `<${name}>${xml(content)}</${name}>`))
    .join('');
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}

function asServiceError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  return new ServiceError('InternalError', thrown instanceof Error ? thrown.message : String(thrown), 500);
}
