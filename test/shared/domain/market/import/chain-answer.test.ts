import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../../../../shared/config/exchanges.ts';
import { parseBseAnswer } from '../../../../../shared/domain/market/import/bse-answer.ts';
import { importAnswer } from '../../../../../shared/domain/market/import/chain-answer.ts';
import { parseNseAnswer } from '../../../../../shared/domain/market/import/nse-answer.ts';
import { chainSnapshotSchema } from '../../../../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../../../../shared/errors.ts';
import { bseAnswer, nse2020Answer, nseV3Answer } from '../../../../factories/chain-answers.ts';

const rules = exchangesRules();
const nse = (json: unknown) => importAnswer(parseNseAnswer(json), rules);
const bse = (json: unknown) => importAnswer(parseBseAnswer(json), rules);

function expectAccounted({ used, skipped }: ReturnType<typeof nse>, rows: number): void {
  expect(used + Object.values(skipped).reduce((sum, count) => sum + count, 0)).toBe(rows);
}

describe('the v3 form of the NSE', () => {
  test('becomes one snapshot, OI and volume in units', () => {
    const result = nse(nseV3Answer());
    expectAccounted(result, 6);
    expect(result.snapshots).toHaveLength(1);
    const [snapshot] = result.snapshots;
    expect(chainSnapshotSchema.parse(snapshot)).toEqual(snapshot);
    expect(snapshot).toMatchObject({
      ...{ exchange: 'NSE', timestamp: '2026-07-10T15:30:00+05:30', expiry: '2026-07-14' },
      ...{ underlying_price: 24_206.9, atm_strike: 24_200 },
    });
    expect(snapshot!.legs[0]).toEqual({
      ...{ symbol: 'NIFTY2671424150CE', strike: 24_150, option_type: 'CE', ltp: 100, iv: 12.5 },
      ...{ oi: 40 * 65, volume: 120 * 65 },
      ...{ best_bid: 99.5, best_ask: 100.5, bid_quantity: 65, ask_quantity: 130 },
    });
    expect(result.lots).toEqual([{ exchange: 'NSE', units: 65, from: 'rules' }]);
  });

  test('an answer for the last expiry of the month is the monthly chain, not the nearest', () => {
    const [snapshot, ...others] = nse(nseV3Answer('28-07-2026')).snapshots;
    expect(others).toEqual([]);
    expect(snapshot).toMatchObject({ exchange: 'NSE_MONTHLY', expiry: '2026-07-28' });
    expect(snapshot!.legs[0]!.symbol).toBe('NIFTY26JUL24150CE');
  });

  test('an answer for an expiry that is not followed is skipped row by row', () => {
    const result = nse(nseV3Answer('21-07-2026'));
    expect(result).toMatchObject({ snapshots: [], used: 0, skipped: { other_expiry: 6 } });
  });

  test('an underlying that is not followed is skipped', () => {
    expect(nse(nseV3Answer('28-07-2026', { symbol: 'FINNIFTY' })).skipped).toEqual({ other_symbol: 6 });
  });

  test('zero prices and volatilities are missing, zero OI and volume are not', () => {
    const result = nse(nseV3Answer(undefined, {}, { bid: 0, ltp: 0, oi: 0, volume: 0, iv: 0 }));
    expect(result.snapshots[0]!.legs[0]).toMatchObject({
      best_bid: null,
      ltp: null,
      iv: null,
      oi: 0,
      volume: 0,
    });
    expect(result.ivBelowOne).toBe(6);
  });

  test('the same answer below `records`, and a side that is not listed', () => {
    const bare = nseV3Answer();
    const [first, ...others] = bare.data;
    const wrapped = { records: { ...bare, data: [{ ...first, CE: null }, ...others] } };
    const result = nse(wrapped);
    expectAccounted(result, 5);
    expect(result.snapshots[0]!.legs).toEqual(nse(bare).snapshots[0]!.legs.slice(1));
  });

  test('quotes that contradict the lot of the rules are refused', () => {
    expect(() => nse(nseV3Answer(undefined, { lot: 50 }))).toThrow(
      /^expected quantities in lots of 65 for NSE 2026-07-14, was 50; correct lot_size/,
    );
  });

  test('a day the rules do not know is refused when the answer lists no expiries', () => {
    expect(() => nse(nseV3Answer('14-07-2033', { timestamp: '11-Jul-2033 15:30:00' }))).toThrow(
      RejectedInput,
    );
  });

  test('a wrong value names its field', () => {
    const answer = nseV3Answer();
    answer.data[1]!.PE.openInterest = 1.5;
    expect(() => nse(answer)).toThrow(/^data\[1\]\.PE\.openInterest: expected a whole number, was 1\.5/);
  });
});

describe('the 2020 form of the NSE', () => {
  const expiries = ['13-Aug-2020', '20-Aug-2020', '27-Aug-2020', '03-Sep-2020'];

  test('gives the nearest and the monthly chain; every row of the others is counted', () => {
    const result = nse(nse2020Answer(expiries));
    expect(result.snapshots.map(({ exchange, expiry, legs }) => [exchange, expiry, legs.length])).toEqual([
      ['NSE', '2020-08-13', 24],
      ['NSE_MONTHLY', '2020-08-27', 24],
    ]);
    expect(result).toMatchObject({ used: 48, skipped: { other_expiry: 48 } });
  });

  test('before the rules begin the quotes themselves tell the lot', () => {
    const result = nse(nse2020Answer(expiries));
    expect(result.lots.map(({ units, from }) => [units, from])).toEqual([
      [75, 'quantities'],
      [75, 'quantities'],
    ]);
    expect(result.snapshots[0]!.legs[0]).toMatchObject({ oi: 7 * 75, volume: 3 * 75, bid_quantity: 150 });
  });

  test('too few quotes tell nothing: refused, not guessed', () => {
    expect(() => nse(nse2020Answer(expiries, { strikes: [11_200] }))).toThrow(
      /^expected the lot size of NSE 2020-08-13, was in neither the rules nor 4 quantities/,
    );
  });
});

describe('the form of the BSE', () => {
  test('becomes one snapshot at the time it states; blank is missing', () => {
    const result = bse(bseAnswer());
    expectAccounted(result, 4);
    expect(result.skipped).toEqual({ empty_leg: 2 });
    const [snapshot] = result.snapshots;
    expect(chainSnapshotSchema.parse(snapshot)).toEqual(snapshot);
    expect(snapshot).toMatchObject({
      ...{ exchange: 'BSE', timestamp: '2026-07-10T19:15:00+05:30', expiry: '2026-07-16' },
      ...{ underlying_price: 77_569.39, atm_strike: 77_600 },
    });
    const none = { best_bid: null, best_ask: null, bid_quantity: null, ask_quantity: null };
    expect(snapshot!.legs).toEqual([
      {
        ...{ symbol: 'SENSEX2671677500CE', strike: 77_500, option_type: 'CE', ltp: 499.4, iv: 10.748367 },
        ...{ oi: 47_391 * 20, volume: 1_145_988 * 20 },
        ...none,
      },
      {
        ...{ symbol: 'SENSEX2671677500PE', strike: 77_500, option_type: 'PE', ltp: 379.4, iv: null },
        ...{ oi: 54_135 * 20, volume: 240 },
        ...none,
      },
    ]);
  });

  test('another index and a later expiry are skipped', () => {
    expect(bse(bseAnswer('16 Jul 2026', 'BANKEX')).skipped).toEqual({ other_symbol: 4 });
    expect(bse(bseAnswer('30 Jul 2026')).skipped).toEqual({ other_expiry: 4 });
  });

  test.each([
    ['Open_Interest', 'many', 'a number of at least 0 or blank'],
    ['C_Vol_Traded', '1.5', 'a whole number or blank'],
    ['Strike_Price', '', 'a number above 0'],
  ])('%s that is %j names its field', (name, value, expected) => {
    const answer = bseAnswer();
    Object.assign(answer.Table[0]!, { [name]: value });
    expect(() => bse(answer)).toThrow(`Table[0].${name}: expected ${expected}, was ${value || 'blank'}`);
  });
});
