import { describe, expect, test } from 'vitest';
import { qualityPolicy } from '../../../../../shared/config/quality.ts';
import type { QualityFlag } from '../../../../../shared/domain/market/quality/finding.ts';
import type { QualitySnapshot } from '../../../../../shared/domain/market/quality/observed.ts';
import { qualityFlags } from '../../../../../shared/domain/market/quality/quality-flags.ts';
import { aLeg } from '../../../../factories/snapshot.ts';
import { changed, isAtmCall, simulated, termsOf, withLegs } from './simulated.ts';

const DATE = '2026-02-04';
const session = simulated('NSE', DATE, 31);
const terms = termsOf('NSE', DATE);
const policy = qualityPolicy();
const M = 60;

/** What one flag says of a snapshot after the clean minutes before it. */
function why(flag: QualityFlag, now: QualitySnapshot, history = session.slice(0, M)): string | undefined {
  return qualityFlags(now, history, terms, policy).find((finding) => finding.flag === flag)?.why;
}
const atM = (change: Partial<QualitySnapshot>) => ({ ...session[M]!, ...change });
const at = (clock: string) => atM({ timestamp: `${DATE}T${clock}+05:30` });

describe('out_of_session', () => {
  test('keeps the open and the close in', () => {
    expect(why('out_of_session', at('09:15:00'))).toBeUndefined();
    expect(why('out_of_session', at('15:30:00'))).toBeUndefined();
  });
  test('names the hours', () =>
    expect(why('out_of_session', at('15:30:01'))).toBe('expected 09:15 to 15:30 IST, was 15:30'));
  test('names a day without trading', () => {
    const saturday = atM({ timestamp: '2026-02-07T12:00:00+05:30' });
    const found = qualityFlags(saturday, [], termsOf('NSE', '2026-02-07'), policy);
    expect(found[0]).toEqual({ flag: 'out_of_session', field: 'timestamp', why: 'no session on 2026-02-07' });
    expect(found.map(({ flag }) => flag)).not.toContain('minute_gap');
  });
});

test('out_of_session: a pause is no session', () => {
  const paused = { ...terms, session: { ...terms.session!, pause: { fromMinute: 600, toMinute: 630 } } };
  const found = (clock: string) =>
    qualityFlags(at(clock), [], paused, policy).find(({ flag }) => flag === 'out_of_session')?.why;
  expect([found('10:00:00'), found('10:30:00')]).toEqual([undefined, undefined]);
  expect(found('10:15:00')).toBe('expected 09:15 to 15:30 without 10:00 to 10:30 IST, was 10:15');
});

test('price_out_of_bounds: a call is worth no more than the index, a put no more than its strike', () => {
  for (const type of ['CE', 'PE'] as const) {
    const dear = withLegs(session[M]!, (leg) => (leg.option_type === type ? { ...leg, ltp: 30_000 } : leg));
    expect(why('price_out_of_bounds', dear)).toMatch(/^11 of 22 legs, .*, was 30000$/);
  }
});

describe('clock_skew', () => {
  const stored = (received: string, recorded = received) =>
    why('clock_skew', {
      ...at('10:15:00'),
      received_at: `${DATE}T${received}+05:30`,
      recorded_at: `${DATE}T${recorded}+05:30`,
    });
  test('allows the limits themselves', () => {
    expect(stored('10:14:55')).toBeUndefined();
    expect(stored('10:17:00')).toBeUndefined();
  });
  test('sees both directions', () => {
    expect(stored('10:14:54')).toBe('expected at most 5 s ahead of receipt, was 6 s');
    expect(stored('10:17:01')).toBe('expected at most 120 s behind receipt, was 121 s');
  });
  test('takes a backfill that states no receipt for no skew, and one that does at its word', () => {
    expect(stored('10:25:01')).toBeUndefined();
    expect(stored('10:25:00')).toContain('was 600 s');
    expect(stored('10:30:00', '19:00:00')).toContain('was 900 s');
  });
});

describe('minute_gap', () => {
  test('counts from the open when nothing came before', () => {
    expect(why('minute_gap', at('09:16:40'), [])).toBeUndefined();
    expect(why('minute_gap', at('09:17:00'), [])).toBe(
      'expected a snapshot within 100 s, was none for 120 s since the open',
    );
  });
  test('says "or more" where the window ends', () =>
    expect(why('minute_gap', at('11:00:00'), session.slice(0, 2))).toContain('1800 s or more'));
});

describe('wrong_expiry', () => {
  test('sees a leg of another series', () => {
    const mixed = atM({
      legs: [...session[M]!.legs, aLeg({ symbol: 'NIFTY26FEB30000CE', strike: 30_000 })],
    });
    expect(why('wrong_expiry', mixed)).toBe('expected legs of one series, was NIFTY26210, NIFTY26FEB');
  });
  test('leaves symbols of another make alone', () => {
    const named = withLegs(session[M]!, (leg) => ({ ...leg, symbol: `${leg.strike}.0-${leg.option_type}` }));
    expect(why('wrong_expiry', named)).toBeUndefined();
  });
});

describe('wrong_unit', () => {
  test('does not judge a chain that nobody holds', () => {
    const empty = withLegs(session[M]!, (leg) => ({
      ...leg,
      ...{ oi: 0, volume: null, bid_quantity: null, ask_quantity: null },
    }));
    expect(why('wrong_unit', empty)).toBeUndefined();
  });
  test('looks at quantities too', () => {
    const odd = withLegs(session[M]!, (leg) => ({ ...leg, ask_quantity: 7 }));
    expect(why('wrong_unit', odd)).toBe('expected units in lots of 65, was not in 22 of 22 legs, first 7');
  });
});

describe('missing_strikes and dropped_side', () => {
  const noPuts = withLegs(session[M]!, (leg) => (leg.option_type === 'PE' ? null : leg));
  test('name what is lacking', () => {
    expect(why('missing_strikes', noPuts)).toMatch(
      /^expected 11 strikes with call and put, was 0 \(\d+ lacks the put\)$/,
    );
    expect(why('dropped_side', noPuts)).toBe(
      'expected calls and puts of 11 strikes, was 11 calls and 0 puts',
    );
  });
  test('a strike beyond the ladder may be absent', () => {
    const { atm_strike } = session[M]!;
    const narrow = withLegs(session[M]!, (leg) => (Math.abs(leg.strike - atm_strike) > 250 ? null : leg));
    expect(narrow.legs).toHaveLength(22);
    expect(qualityFlags(narrow, session.slice(0, M), terms, policy)).toEqual([]);
  });
  test('a chain without any value has no dropped side', () => {
    const bare = withLegs(session[M]!, (leg) => ({ ...leg, ltp: null, oi: null, best_bid: null }));
    expect(why('dropped_side', bare)).toBeUndefined();
  });
});

describe('spot_jump', () => {
  const before = session[M - 1]!;
  const moved = (share: number, history = session.slice(0, M)) =>
    why('spot_jump', atM({ underlying_price: before.underlying_price * (1 + share) }), history);
  test('allows one percent a minute either way', () => {
    expect(moved(0.0099)).toBeUndefined();
    expect(moved(-0.0099)).toBeUndefined();
    expect(moved(-0.0101)).toMatch(/^expected within 1 % in 1 minutes, was -1\.01 %/);
  });
  test('allows the root of the time after a gap', () => {
    const gap = session.slice(0, M - 3);
    const base = gap.at(-1)!.underlying_price / before.underlying_price;
    expect(moved(base * 1.0199 - 1, gap)).toBeUndefined();
    expect(moved(base * 1.0201 - 1, gap)).toContain('within 2 % in 4 minutes');
  });
});

test('future_basis_out_of_range: a missing future says nothing', () =>
  expect(why('future_basis_out_of_range', atM({ future_price: null }))).toBeUndefined());

describe('vix', () => {
  test('0 is missing', () =>
    expect(why('vix_missing', atM({ vix: 0 }))).toBe('expected India VIX above 0, was 0'));
  test('a missing one is not frozen', () => {
    const none = changed(session, 0, M, (one) => ({ ...one, vix: null }));
    expect(why('vix_frozen', none[M]!, none.slice(0, M))).toBeUndefined();
  });
});

describe('stillness wants both the time and the sightings', () => {
  const still = changed(session, M, M + 3, (one) => ({ ...one, underlying_price: 25_000 }));
  test('too short', () => expect(why('spot_frozen', still[M + 2]!, still.slice(0, M + 2))).toBeUndefined());
  test('too seldom', () =>
    expect(why('spot_frozen', still[M + 3]!, [still[M]!, still[M + 1]!])).toBeUndefined());
  test('long enough', () =>
    expect(why('spot_frozen', still[M + 3]!, still.slice(0, M + 3))).toBe(
      'expected a price that moves, was 25000 for 3 minutes',
    ));
});

describe('quotes', () => {
  const call = (change: { best_bid: number | null; best_ask: number | null }) =>
    withLegs(session[M]!, (leg) => (isAtmCall(session[M]!)(leg) ? { ...leg, ...change } : leg));
  test('an ask of 0 is none, so nothing crosses it', () =>
    expect(why('crossed_quotes', call({ best_bid: 3, best_ask: 0 }))).toBeUndefined());
  test('a bid that meets the ask is not crossed', () =>
    expect(why('crossed_quotes', call({ best_bid: 3, best_ask: 3 }))).toBeUndefined());
  test('missing quotes are not locked', () =>
    expect(why('locked_zero_quotes', call({ best_bid: null, best_ask: null }))).toBeUndefined());
  test('one empty side is not locked', () =>
    expect(why('locked_zero_quotes', call({ best_bid: 0, best_ask: 3 }))).toBeUndefined());
});

describe('a chain without quotes', () => {
  const unquoted = changed(session, 0, session.length, (one) =>
    withLegs(one, (leg) => ({ ...leg, best_bid: null, best_ask: null })),
  );
  test('is judged by its last prices', () => {
    for (let index = 0; index < 120; index += 1) {
      expect(qualityFlags(unquoted[index]!, unquoted.slice(0, index), terms, policy)).toEqual([]);
    }
    const shifted = withLegs(unquoted[M]!, (leg) =>
      isAtmCall(unquoted[M]!)(leg) ? { ...leg, ltp: leg.ltp! + 100 } : leg,
    );
    expect(why('put_call_parity_broken', shifted, unquoted.slice(0, M))).toContain('by last prices');
  });
  test('lets a cheap price stand still while it trades', () => {
    const stuck = changed(unquoted, M, M + 3, (one) =>
      withLegs(one, (leg) => (isAtmCall(session[M]!)(leg) ? { ...leg, ltp: 9.95 } : leg)),
    );
    expect(why('stale_last_price', stuck[M + 3]!, stuck.slice(0, M + 3))).toBeUndefined();
  });
  test('has a stale last price where trading goes on at one price', () => {
    const stuck = changed(unquoted, M, M + 3, (one) =>
      withLegs(one, (leg) => (isAtmCall(session[M]!)(leg) ? { ...leg, ltp: 123 } : leg)),
    );
    expect(why('stale_last_price', stuck[M + 2]!, stuck.slice(0, M + 2))).toBeUndefined();
    expect(why('stale_last_price', stuck[M + 3]!, stuck.slice(0, M + 3))).toMatch(
      /^1 of 22 legs, first \d+ CE: expected a price that moves with the trades, was 123 for 3 minutes$/,
    );
  });
});

test('volume_falling: looks past a snapshot that lacks the volume', () => {
  const history = [
    ...session.slice(0, M - 1),
    withLegs(session[M - 1]!, (leg) => ({ ...leg, volume: null })),
  ];
  const less = withLegs(session[M]!, (leg) => (isAtmCall(session[M]!)(leg) ? { ...leg, volume: 65 } : leg));
  expect(why('volume_falling', less, history)).toMatch(/^1 of 22 legs, .*, was 65$/);
});

describe('oi_contradicts_change', () => {
  const opened = (units: number, history: readonly QualitySnapshot[]) => {
    const isCall = isAtmCall(session[M]!);
    const before = session[M - 1]!.legs.find(isCall)!;
    const now = withLegs(session[M]!, (leg) => (isCall(leg) ? { ...leg, oi: before.oi! + units } : leg));
    return why('oi_contradicts_change', now, [...history]);
  };
  const volumeAt = (index: number) => session[index]!.legs.find(isAtmCall(session[M]!))!.volume!;
  const slack = 2 * terms.lotUnits;
  test('allows all that was traded since the publication before', () => {
    const traded = volumeAt(M) - volumeAt(M - 7);
    expect(opened(traded + slack, session.slice(0, M))).toBeUndefined();
    expect(opened(traded + slack + 65, session.slice(0, M))).toContain(`within the ${traded} units traded`);
  });
  test('counts from the open where the window is shorter', () => {
    expect(opened(volumeAt(M) + slack, session.slice(M - 1, M))).toBeUndefined();
    expect(opened(-volumeAt(M) - slack - 65, session.slice(M - 1, M))).toContain(`the ${volumeAt(M)} units`);
  });
});
