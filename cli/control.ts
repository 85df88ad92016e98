import { Temporary } from '../shared/errors.ts';
import type { LocalEndpoint } from './connection.ts';

/** What a person can do with a local cloud that nobody can do with AWS: move its clock and look into its outbox. */
export interface LocalControl {
  /** Stands the clock at an instant (ISO); going back is allowed and is meant for demos. */
  stand(at: string): Promise<void>;
  /** Lets simulated time pass, with everything that falls due on the way. */
  advanceTo(at: string): Promise<void>;
  realTime(): Promise<void>;
  /** Waits until nothing runs and nothing waits but for time. @throws Temporary after `timeoutS`. */
  untilIdle(timeoutS: number): Promise<void>;
  emails(): Promise<readonly { subject: string; [key: string]: unknown }[]>;
  slackMessages(): Promise<readonly Record<string, unknown>[]>;
  now(): Promise<number>;
  /** `real` or `simulated`, and the instant (ISO). */
  clock(): Promise<{ readonly mode: string; readonly now: string }>;
}

const TOKEN_HEADER = 'x-local-cloud-token';
const LONGEST_WAIT_S = 200;

export function localControl({ endpoint, token }: LocalEndpoint): LocalControl {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${endpoint}/_local/${path}`, {
      method,
      headers: { [TOKEN_HEADER]: token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as T & { message?: string };
    if (!response.ok) throw new Temporary(`local cloud: ${answer.message ?? response.status}`);
    return answer;
  };
  return {
    stand: async (at) => void (await ask('POST', 'clock', { mode: 'simulated', now: at })),
    advanceTo: async (at) => void (await ask('POST', 'clock', { advance_to: at })),
    realTime: async () => void (await ask('POST', 'clock', { mode: 'real' })),
    async untilIdle(timeoutS) {
      const deadline = performance.now() + timeoutS * 1000;
      while (performance.now() < deadline) {
        const left = Math.ceil((deadline - performance.now()) / 1000);
        const wait = Math.min(left, LONGEST_WAIT_S);
        const { idle } = await ask<{ idle: boolean }>('GET', `idle?timeout_seconds=${wait}`);
        if (idle) return;
      }
      throw new Temporary(`local cloud: expected to be idle within ${timeoutS} s, was still at work`);
    },
    emails: async () => (await ask<{ emails: { subject: string }[] }>('GET', 'outbox')).emails,
    slackMessages: async () => (await ask<{ messages: Record<string, unknown>[] }>('GET', 'slack')).messages,
    clock: () => ask<{ mode: string; now: string }>('GET', 'clock'),
    now: async () => Date.parse((await ask<{ now: string }>('GET', 'clock')).now),
  };
}
