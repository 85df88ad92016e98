import jsonata from 'jsonata';
import { expect, it } from 'vitest';
import { nightlyMachine } from '../../../infra/machines/nightly.ts';
import { NIGHTLY_TARGETS } from './targets.ts';

const { States } = nightlyMachine(NIGHTLY_TARGETS) as unknown as {
  States: Record<string, { Cause: string }>;
};

/** The words of a state's cause, with Step Functions' own `$parse`. */
async function causeOf(state: string, variables: object): Promise<unknown> {
  const expression = jsonata(States[state]!.Cause.replace(/^\{%/, '').replace(/%\}$/, ''));
  expression.registerFunction('parse', (text: string) => JSON.parse(text));
  return expression.evaluate({}, { ...variables });
}

const failed = (exchange: string, cause: string) => ({ exchange, ok: false, error: 'NotFound', cause });

it('a night in which no exchange could be prepared says why of each', async () => {
  const days = [failed('NSE', '{"errorMessage":"no chain","trace":["at x"]}'), failed('BSE', 'timed out')];
  expect(await causeOf('NothingReady', { date: '2024-06-07', days })).toBe(
    'no exchange could be prepared on 2024-06-07: NSE: NotFound: no chain; BSE: NotFound: timed out',
  );
  expect(await causeOf('NothingReady', { date: '2024-06-07', days: days.slice(0, 1) })).toBe(
    'no exchange could be prepared on 2024-06-07: NSE: NotFound: no chain',
  );
});
