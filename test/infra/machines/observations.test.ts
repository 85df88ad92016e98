import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import type { AslState } from '../../../infra/machines/asl.ts';
import { nightlyMachine } from '../../../infra/machines/nightly.ts';
import { promotionMachine } from '../../../infra/machines/promotion.ts';
import { checksOf, type Observation, observationSchema } from '../../../shared/domain/alerts/observation.ts';
import { NIGHTLY_TARGETS } from './targets.ts';

const nightly = nightlyMachine(NIGHTLY_TARGETS);
const promotion = promotionMachine({
  ...{ verify: 'verify', switchPointer: 'switch', confirm: 'confirm', refuse: 'refuse' },
  ...{ ask: 'ask', settle: 'settle' },
  alertQueueUrl: 'queue',
});

const failure = { Error: 'RejectedInput', Cause: '{"errorMessage":"too few rows"}' };
const states = { context: { Execution: { Id: 'execution:1' } } };
const verdict = { version: 'v2', pass: false, failed: ['sharpe'], verdict_key: 'reports/v2/verdict.json' };
const inNight = { states, failure, verdict, exchange: 'NSE', date: '2025-12-04' };
const inPromotion = {
  ...{ states, failure, undoFailure: failure },
  request: { exchange: 'BSE', operator: 'asha', reason: 'better', execution: 'execution:1' },
  switched: { exchange: 'BSE', from: null, to: 'v2' },
  plan: { change: { history: { override: false } } },
};

describe('what the machines tell the alert stage is understood', () => {
  it.each([
    ['nightly', nightly, inNight],
    ['nightly, all exchanges', nightly, { states, failure, datasetFailure: failure }],
    ['promotion', promotion, inPromotion],
  ])('%s', async (_, machine, variables) => {
    const bodies = messageBodies(machine);
    expect(bodies.length).toBeGreaterThanOrEqual(3);
    for (const body of bodies) {
      if (body.includes('$datasetFailure') && !('datasetFailure' in variables)) continue;
      if (body.includes('$verdict') && !('verdict' in variables)) continue;
      expect(observationSchema.safeParse(await evaluate(body, variables)).error, body).toBeUndefined();
    }
  });

  it('says what the gate refused, and that nothing came on a day with a session', async () => {
    const told = await Promise.all(
      messageBodies(nightly)
        .filter((body) => /\$verdict|no snapshots/.test(body))
        .map((body) => evaluate(body, inNight)),
    );
    expect(told).toContainEqual(
      expect.objectContaining({ kind: 'verdict', pass: false, failed: ['sharpe'] }),
    );
    const checks = told.flatMap((one) => checksOf(observationSchema.parse(one)));
    expect(checks.map(({ rule, check }) => [rule, check.kind])).toEqual(
      expect.arrayContaining([
        ['gate-refused', 'breached'],
        ['stage-failed', 'breached'],
      ]),
    );
  });

  it('names the exchange of the run, or all of them', async () => {
    const exchanges = async (machine: AslState, variables: object) => {
      const told = await Promise.all(
        messageBodies(machine)
          .filter((body) => !/\$datasetFailure|\$verdict|no snapshots/.test(body))
          .map((body) => evaluate(body, variables)),
      );
      return [...new Set(told.map(({ exchange }) => exchange))];
    };
    expect(await exchanges(nightly, inNight)).toEqual(['NSE']);
    expect(await exchanges(nightly, { states, failure })).toEqual(['ALL']);
    expect(await exchanges(promotion, inPromotion)).toEqual(['BSE']);
  });
});

/** The body of every message to the alert queue, wherever in the machine it is sent. */
function messageBodies(state: unknown): string[] {
  if (typeof state !== 'object' || state === null) return [];
  return Object.entries(state).flatMap(([key, value]) =>
    key === 'MessageBody' ? [value as string] : messageBodies(value),
  );
}

async function evaluate(body: string, variables: object): Promise<Observation> {
  const expression = body.replace(/^\{%/, '').replace(/%\}$/, '');
  return JSON.parse(await jsonata(expression).evaluate({}, { ...variables }));
}
