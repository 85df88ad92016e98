import { expect, test } from 'vitest';
import { accountNow } from '../../../functions/score/account-now.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { contractDelta } from '../../../shared/domain/risk/contract-delta.ts';
import { emptySession, withFact } from '../../../shared/domain/risk/session-state.ts';
import type { AccountBook } from '../../../shared/domain/risk/totals.ts';
import { aPricedSnapshot } from '../../factories/priced-chain.ts';
import { anOpening } from '../../factories/risk.ts';

const snapshot = aPricedSnapshot();
const leg = snapshot.legs.find(({ symbol }) => contractDelta(snapshot, symbol) !== null)!;
const DATE = '2025-12-04';
const NOON_MS = Date.parse(`${DATE}T12:00:00+05:30`);
const traded = { snapshot, strikeStep: 50, lotSize: 65 };

/** A book with one position, entered at a delta of 0.1 on an underlying of 1000. */
function holding(symbol: string): AccountBook {
  const opened = anOpening({ symbol, delta: 0.1, underlying: 1000 });
  const trade = { trade_id: 'T-1', opened, closed: null, result: null };
  return {
    sessions: [withFact(emptySession('NSE', DATE), { kind: 'trade', date: DATE, trade })],
    halts: [],
  };
}

const deltaOf = async (symbol: string, chain: typeof traded | null) => {
  const account = accountNow({ book: async () => holding(symbol) }, riskPolicy());
  return (await account('NSE', NOON_MS))(chain).account_delta_rupees;
};

test('a position in the traded chain weighs what it weighs there now', async () => {
  const { delta, underlying } = contractDelta(snapshot, leg.symbol)!;
  expect(await deltaOf(leg.symbol, traded)).toBeCloseTo(delta * 130 * underlying * 0.01, 6);
});

test('one of another chain, or without any chain, weighs what it weighed at its entry', async () => {
  expect(await deltaOf('SENSEX25D1185000CE', traded)).toBeCloseTo(0.1 * 130 * 10, 6);
  expect(await deltaOf(leg.symbol, null)).toBeCloseTo(0.1 * 130 * 10, 6);
});

test('the day is the Indian one, and the book is read anew for each answer', async () => {
  let reads = 0;
  const book = async () => {
    reads += 1;
    return holding(leg.symbol);
  };
  const account = accountNow({ book }, riskPolicy());
  const at = async (iso: string) => (await account('NSE', Date.parse(iso)))(null).open_positions;
  expect(await at('2025-12-04T00:00:00+05:30')).toBe(1);
  expect(await at('2025-12-04T23:59:59.999+05:30')).toBe(1);
  expect(await at('2025-12-05T00:00:00+05:30')).toBe(0);
  expect(reads).toBe(3);
});
