import { expect, test } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { qualityPolicy } from '../../../../shared/config/quality.ts';
import { computeDay } from '../../../../shared/domain/features/compute.ts';
import { withQuality } from '../../../../shared/domain/features/row-quality.ts';
import { sparseValues } from '../../../../shared/domain/features/sparse-features.ts';
import { TRACKER_V2_NAMES } from '../../../../shared/domain/features/tracker-v2/names.ts';
import { TRACKER_V2 } from '../../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { windowTerms } from '../../../../shared/domain/features/window-terms.ts';
import { qualityTerms } from '../../../../shared/domain/market/quality/terms.ts';
import type { Leg, StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { aSession } from '../../../factories/session.ts';

const DATE = '2025-12-04';
const rules = exchangesRules().NSE;
const rowsOf = (session: readonly StoredSnapshot[]) =>
  computeDay(session, TRACKER_V2, windowTerms(DATE, rules));

const macro = Object.fromEntries(
  ['fii_dii_net', 'usdinr_trend', 'crude_trend', 'banknifty_correlation', 'risk_on_score']
    .concat('news_sentiment_score', 'vix_contango_pct', 'term_structure_spread')
    .map((key, index) => [key, index + 1]),
) as StoredSnapshot['macro'];
const whole = aSession({ minutes: 60 }).map((snapshot) => ({ ...snapshot, macro }));

const bareLeg = ({ symbol, strike, option_type, oi }: Leg): Leg => ({
  ...{ symbol, strike, option_type, oi, ltp: null, volume: null, iv: null },
  ...{ best_bid: null, best_ask: null, bid_quantity: null, ask_quantity: null },
});
/** The same session as a sparse export knows it. */
const sparse = whole.map(
  (snapshot): StoredSnapshot => ({
    ...snapshot,
    ...{ underlying_volume: null, future_price: null, future_oi: null, vix: null, macro: null },
    legs: snapshot.legs.map(bareLeg),
    origin: 'imported_sparse',
  }),
);

test('exactly those features stay that a sparse session gives as the whole one does', () => {
  const [full, bare] = [rowsOf(whole), rowsOf(sparse)];
  const same = TRACKER_V2_NAMES.map((_, index) =>
    full.every((row, at) => Object.is(row.values[index], bare[at]!.values[index])),
  );
  for (const row of bare) {
    const masked = sparseValues(row.values, 'tracker-v2', false);
    expect([...masked].map((value) => !Number.isNaN(value))).toEqual(same);
    expect([...masked].filter((_, index) => same[index])).toEqual(
      [...row.values].filter((_, index) => same[index]),
    );
  }
  expect(same.filter(Boolean)).toHaveLength(48);
});

test('macro features stay where macro values were imported', () => {
  const withMacro = sparse.map((snapshot) => ({ ...snapshot, macro }));
  const [full, bare] = [rowsOf(whole).at(-1)!, rowsOf(withMacro).at(-1)!];
  const same = TRACKER_V2_NAMES.filter((_, index) => Object.is(full.values[index], bare.values[index]));
  const masked = sparseValues(bare.values, 'tracker-v2', true);
  expect(TRACKER_V2_NAMES.filter((_, index) => !Number.isNaN(masked[index]))).toEqual(same);
  expect(same).toHaveLength(56);
});

test('a set that makes missing inputs missing itself is left as it is', () => {
  const values = Float64Array.of(1, Number.NaN);
  expect(sparseValues(values, 'chain-v3', false)).toBe(values);
});

test('in bulk the rows of sparse snapshots are marked, those of others are not touched', () => {
  const judge = { terms: qualityTerms(DATE, rules), policy: qualityPolicy() };
  const plain = rowsOf(sparse);
  const marked = withQuality(plain, sparse, judge);
  for (const row of marked) {
    expect(row.quality_flags.at(-1)).toBe('imported_sparse');
    expect(row.values[TRACKER_V2_NAMES.indexOf('vix')]).toBeNaN();
    expect(row.values[TRACKER_V2_NAMES.indexOf('pcr_total_oi')]).toBeGreaterThan(0);
  }
  const untouched = withQuality(rowsOf(whole), whole, judge);
  expect(untouched.map(({ values }) => values)).toEqual(rowsOf(whole).map(({ values }) => values));
  expect(untouched.flatMap(({ quality_flags }) => quality_flags)).not.toContain('imported_sparse');
});
