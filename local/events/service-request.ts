import type { LocalRequest } from '../service.ts';

/** A request in AWS JSON: `jsonRequest('AmazonSQS.SendMessage', { ... })`. */
export function jsonRequest(target: string, input: unknown): LocalRequest {
  return request(
    { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' },
    JSON.stringify(input),
  );
}

/** A request in the query protocol of SNS; records become `Name.entry.N.Name` and `Name.entry.N.Value.*`. */
export function queryRequest(action: string, input: Readonly<Record<string, unknown>>): LocalRequest {
  const form = new URLSearchParams({ Action: action, Version: '2010-03-31' });
  for (const [name, value] of Object.entries(input)) {
    if (typeof value !== 'object' || value === null) {
      form.set(name, String(value));
      continue;
    }
    Object.entries(value).forEach(([key, entry], index) => {
      form.set(`${name}.entry.${index + 1}.Name`, key);
      for (const [member, text] of Object.entries(Object(entry))) {
        form.set(`${name}.entry.${index + 1}.Value.${member}`, String(text));
      }
    });
  }
  return request({ 'content-type': 'application/x-www-form-urlencoded' }, form.toString());
}

function request(headers: LocalRequest['headers'], body: string): LocalRequest {
  return { method: 'POST', path: '/', query: new URLSearchParams(), headers, body: Buffer.from(body) };
}
