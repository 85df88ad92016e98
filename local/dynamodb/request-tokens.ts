import { createHash } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import type { JsonObject, Store } from './dynalite.ts';
import { DynamoDbError } from './error.ts';
import type { Staging } from './staging.ts';

const LIFETIME_MS = 10 * 60_000;
const PREFIX = 'token~';
const EXPIRY_PREFIX = 'token-expiry~';
const FORGOTTEN_AT_ONCE = 100;

interface TokenRecord {
  readonly inputHash: string;
  readonly expiresAtMs: number;
}

/** ClientRequestTokens of transactions that succeeded, kept with what they wrote, for ten minutes of the clock. */
export class RequestTokens {
  readonly #store: Store;
  readonly #clock: LocalClock;

  constructor(store: Store, clock: LocalClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @throws IdempotentParameterMismatchException when the token came with another request before */
  async isRepetition(input: JsonObject, staging: Staging): Promise<boolean> {
    const token = input['ClientRequestToken'];
    if (typeof token !== 'string') return false;
    const known = (await staging.get(PREFIX + token)) as TokenRecord | undefined;
    if (known === undefined || known.expiresAtMs <= this.#clock.nowMs()) return false;
    if (known.inputHash === hashOf(input)) return true;
    throw new DynamoDbError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request.',
    );
  }

  /** Stages the request's token, if it has one, and drops some that have expired. */
  async remember(input: JsonObject, staging: Staging): Promise<void> {
    const token = input['ClientRequestToken'];
    if (typeof token !== 'string') return;
    const nowMs = this.#clock.nowMs();
    await this.#forgetExpired(nowMs, staging);
    const expiresAtMs = nowMs + LIFETIME_MS;
    staging.put(PREFIX + token, { inputHash: hashOf(input), expiresAtMs } satisfies TokenRecord);
    staging.put(`${EXPIRY_PREFIX}${padded(expiresAtMs)}~${token}`, token);
  }

  async #forgetExpired(nowMs: number, staging: Staging): Promise<void> {
    const expired = { gte: EXPIRY_PREFIX, lt: EXPIRY_PREFIX + padded(nowMs), limit: FORGOTTEN_AT_ONCE };
    for await (const [key, token] of this.#store.db.iterator(expired)) {
      staging.delete(key);
      // The token may have been used again since.
      const record = (await staging.get(PREFIX + String(token))) as TokenRecord | undefined;
      if (record !== undefined && record.expiresAtMs <= nowMs) staging.delete(PREFIX + String(token));
    }
  }
}

function hashOf(input: JsonObject): string {
  return createHash('sha256').update(JSON.stringify(input['TransactItems'])).digest('hex');
}

function padded(ms: number): string {
  return String(Math.floor(ms)).padStart(16, '0');
}
