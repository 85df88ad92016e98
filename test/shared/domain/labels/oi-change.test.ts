import { describe, expect, it } from 'vitest';
import { type ChainPoint, contractSeries } from '../../../../shared/domain/labels/contract-series.ts';
import { ladderOf, oiChange } from '../../../../shared/domain/labels/oi-change.ts';
import { sessionMinutes } from '../../../../shared/domain/labels/session-minutes.ts';
import { istMs } from '../../../../shared/domain/market/indian-time.ts';
import { CLOSE_MINUTE, LABEL_DATE, nseRules } from '../../../factories/label-day.ts';

const SHAPE = { sides: 1, step: 50 };
type Oi = Readonly<Record<string, number | null>>;

/** A chain of calls and puts with the given open interest by strike and type, such as `26000CE`. */
const chain = (minute: number, oi: Oi, atmStrike = 26_000, expiry = '2025-12-09') => ({
  timestampMs: istMs(LABEL_DATE, minute),
  underlyingPrice: atmStrike,
  expiry,
  atmStrike,
  legs: Object.entries(oi).map(([name, value]) => ({
    strike: Number(name.slice(0, 5)),
    option_type: name.slice(5) as 'CE' | 'PE',
    oi: value,
    ltp: null,
    volume: null,
    best_bid: null,
    best_ask: null,
  })),
});
type Chain = ChainPoint & ReturnType<typeof chain>;
const change = (chains: readonly Chain[], horizon: number, row = 0) => {
  const ladder = ladderOf(chains[row]!, contractSeries(chains), SHAPE);
  return oiChange(sessionMinutes(chains, nseRules()), row, horizon, ladder, SHAPE);
};

const FULL: Oi = { '25950CE': 10, '26000CE': 20, '26050CE': 30, '25950PE': 1, '26000PE': 2, '26050PE': 3 };

describe('the change of open interest', () => {
  it('is that of the calls and the puts of the ladder', () => {
    const later = { ...FULL, '25950CE': 17, '26050CE': 28, '26000PE': 1, '26100CE': 1000 };
    expect(change([chain(600, { ...FULL, '26100CE': 5 }), chain(603, later)], 3)).toEqual({ ce: 5, pe: -1 });
  });

  it("follows the row's own strikes when the money moves on", () => {
    const later = { ...FULL, '26000CE': 25, '26100CE': 7, '26100PE': 8, '26150CE': 9 };
    expect(change([chain(600, FULL), chain(605, later, 26_100)], 5)).toEqual({ ce: 5, pe: 0 });
  });

  it('counts the strikes that are known at both ends, if they are half of the ladder', () => {
    const later = {
      ...FULL,
      '25950CE': null,
      '26000CE': 24,
      '26050CE': 31,
      '25950PE': null,
      '26050PE': null,
    };
    expect(change([chain(600, FULL), chain(603, later)], 3)).toEqual({ ce: 5, pe: null });
    expect(change([chain(600, later), chain(603, FULL)], 3)).toEqual({ ce: -5, pe: null });
  });

  it('takes the newest value of the last three minutes of the horizon', () => {
    const [a, b] = [
      { ...FULL, '26000CE': 21 },
      { ...FULL, '26000CE': 22 },
    ];
    expect(change([chain(600, FULL), chain(603, a), chain(604, b)], 5)).toEqual({ ce: 2, pe: 0 });
    expect(change([chain(600, FULL), chain(602, a)], 5)).toEqual({ ce: null, pe: null });
    expect(change([chain(600, FULL), chain(604, b), chain(605, { '25950CE': 11 })], 5)).toEqual({
      ce: 3,
      pe: 0,
    });
    expect(change([chain(600, FULL), chain(606, b)], 5)).toEqual({ ce: null, pe: null });
  });

  it('is unknown, not 0, when nothing was published in between', () => {
    expect(change([chain(600, FULL), chain(603, FULL)], 3)).toEqual({ ce: null, pe: null });
    const onePut = { ...FULL, '25950PE': 2 };
    expect(change([chain(600, FULL), chain(603, onePut)], 3)).toEqual({ ce: 0, pe: 1 });
  });

  it('is unknown beyond the close, and of a chain of another expiry', () => {
    const later = { ...FULL, '26000CE': 21 };
    const late = [chain(CLOSE_MINUTE - 3, FULL), chain(CLOSE_MINUTE, later)];
    expect(change(late, 3)).toEqual({ ce: 1, pe: 0 });
    expect(change([chain(CLOSE_MINUTE - 2, FULL), chain(CLOSE_MINUTE, later)], 3).ce).toBeNull();
    expect(change([chain(600, FULL), chain(603, later, 26_000, '2025-12-16')], 3).ce).toBeNull();
  });
});
