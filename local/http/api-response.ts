import * as z from 'zod';
import type { Outcome } from '../lambda/worker.ts';
import type { LocalResponse } from '../service.ts';

/** What a function may answer in payload format 2.0; anything without a statusCode is the body itself. */
const FunctionResponse = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Turns a function's outcome into the HTTP answer that API Gateway gives; what it cannot read becomes 500. */
export function httpApiResponse(outcome: Outcome): LocalResponse {
  if (!outcome.ok) return message(500, 'Internal Server Error');
  const answer: unknown = JSON.parse(outcome.payload);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: outcome.payload };
  }
  const parsed = FunctionResponse.safeParse(answer);
  if (!parsed.success) return message(500, 'Internal Server Error');
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain;charset=utf-8',
      ...lowerCased(headers ?? {}),
      ...(cookies?.length ? { 'set-cookie': cookies.join(', ') } : {}),
    },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** An answer of API Gateway itself. */
export function message(status: number, text: string): LocalResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message: text }) };
}

function lowerCased(headers: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
