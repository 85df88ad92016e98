import type { FuzzRequest } from './requests.ts';

/** A request as a person can send it again. */
export function described({ kind, wire, signing, statuses }: FuzzRequest): string {
  const body = wire.body === null ? null : Buffer.from(wire.body);
  const isText = body !== null && Buffer.from(String(body)).equals(body);
  const shown =
    body === null
      ? null
      : isText
        ? String(body).slice(0, 600)
        : `base64:${body.toString('base64').slice(0, 600)}`;
  return JSON.stringify({ kind, statuses, signing, ...wire, body: shown });
}
