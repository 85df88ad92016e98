import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { type LabelInput, labelDay } from '../../../../shared/domain/labels/label-day.ts';
import { HORIZONS, LABEL_COLUMNS, type LabelRow } from '../../../../shared/domain/labels/label-row.ts';
import { spotPauseOn } from '../../../../shared/domain/market/calendar.ts';
import type { ExchangeRules } from '../../../../shared/domain/market/exchange-rules.ts';
import { epochMs, minuteOfDay } from '../../../../shared/domain/market/indian-time.ts';
import { LABEL_DATE, labelInputs, nseRules, OPEN_MINUTE } from '../../../factories/label-day.ts';
import { randomOf } from '../../../factories/session.ts';

const rules = nseRules();
const [AUCTION_STARTS, CLOSE] = [15 * 60 + 15, 15 * 60 + 40];
const ON_SPOT = LABEL_COLUMNS.filter((name) => !/^oi_change|^ltp_change|_pnl_/.test(name));
const ON_OPTIONS = LABEL_COLUMNS.filter((name) => /^oi_change|^ltp_change|_pnl_/.test(name));

function withPause(fromMinute: number, toMinute: number, from = '2024-01-01'): ExchangeRules {
  return { ...rules, market: { ...rules.market, spotPauses: [{ from, fromMinute, toMinute }] } };
}
const withoutPause = { ...rules, market: { ...rules.market, spotPauses: [] } };

/** A session of 2026-08-18 to 15:40 with a spot of one's own, by the Indian minute. */
function auctionDay(spotAt: (minute: number, walk: number) => number): LabelInput[] {
  return labelInputs({ date: '2026-08-18', expiry: '2026-08-25', minutes: CLOSE - OPEN_MINUTE + 1 }).map(
    (row, at) => ({ ...row, underlyingPrice: spotAt(OPEN_MINUTE + at, row.underlyingPrice) }),
  );
}
const byMinute = (labels: readonly LabelRow[]) =>
  new Map(labels.map((label) => [minuteOfDay(epochMs(label.timestamp)), label]));
/** As recorded: the spot stands still from 15:16, the auction's price comes at 15:30. */
const frozen = auctionDay((minute, walk) => {
  if (minute <= AUCTION_STARTS) return walk;
  return minute < 930 ? 26_000 : 25_990;
});

describe('the pause of the spot', () => {
  it('is 15:15 to 15:40 on every exchange since 2026-08-03, and none before', () => {
    for (const exchange of Object.values(exchangesRules())) {
      expect(spotPauseOn('2026-08-02', exchange)).toBeNull();
      expect(spotPauseOn('2026-08-03', exchange)).toMatchObject({
        fromMinute: AUCTION_STARTS,
        toMinute: CLOSE,
      });
    }
  });

  it('leaves returns that end with the minute it starts in, and none after', () => {
    const labels = byMinute(labelDay(frozen, rules));
    for (const horizon of HORIZONS) {
      const last = AUCTION_STARTS - horizon;
      const [here, there] = [last, AUCTION_STARTS].map((minute) => frozen[minute - OPEN_MINUTE]!);
      const expected = there!.underlyingPrice / here!.underlyingPrice - 1;
      expect(labels.get(last)![`return_${horizon}`], `${horizon}`).toBe(expected);
      for (let minute = last + 1; minute <= CLOSE; minute += 1) {
        const label = labels.get(minute)!;
        expect(
          [label[`return_${horizon}`], label[`direction_${horizon}`]],
          `${horizon} at ${minute}`,
        ).toEqual([null, null]);
      }
    }
  });

  it('leaves corrected targets with their whole horizon before it', () => {
    const labels = byMinute(labelDay(frozen, rules));
    expect(labels.get(900)!.session_target).not.toBeNull();
    for (let minute = 901; minute <= CLOSE; minute += 1) {
      const { session_target, session_barrier_hit, session_minutes_to_hit, session_uniqueness } =
        labels.get(minute)!;
      const found = [session_target, session_barrier_hit, session_minutes_to_hit, session_uniqueness];
      expect(found, `${minute}`).toEqual([null, null, null, null]);
    }
    expect(labels.get(AUCTION_STARTS)!.session_volatility).not.toBeNull();
    expect(labels.get(AUCTION_STARTS + 1)!.session_volatility).toBeNull();
  });

  it("leaves the tracker's target where its barrier was met before", () => {
    const jumped = auctionDay((minute) => (minute < AUCTION_STARTS - 1 ? 26_000 + (minute % 2) : 26_300));
    const labels = byMinute(labelDay(jumped, rules));
    const at = (minute: number) => {
      const { target, barrier_hit, minutes_to_hit, uniqueness } = labels.get(minute)!;
      return [target, barrier_hit, minutes_to_hit, uniqueness !== null];
    };
    expect(at(898)).toEqual([0, 'time', 15, true]);
    expect(at(900)).toEqual([1, 'upper', 14, true]);
    expect(at(913)).toEqual([1, 'upper', 1, true]);
    expect(at(914)).toEqual([null, null, null, false]);
    expect(at(920)).toEqual([null, null, null, false]);
    expect(labels.get(914)!.volatility).not.toBeNull();
  });

  it('of a barrier met in the auction alone leaves no target', () => {
    const jumped = auctionDay((minute) => (minute <= AUCTION_STARTS ? 26_000 + (minute % 2) : 26_300));
    const labels = byMinute(labelDay(jumped, rules));
    expect(labels.get(900)).toMatchObject({ target: 0, barrier_hit: 'time', minutes_to_hit: 15 });
    for (let minute = 901; minute <= CLOSE; minute += 1) expect(labels.get(minute)!.target).toBeNull();
    expect(byMinute(labelDay(jumped, withoutPause)).get(905)!.target).toBe(1);
  });

  it('leaves the labels on options as they are', () => {
    const [paused, plain] = [labelDay(frozen, rules), labelDay(frozen, withoutPause)];
    for (const name of ON_OPTIONS) {
      expect(
        paused.map((label) => label[name]),
        name,
      ).toEqual(plain.map((label) => label[name]));
    }
    expect(byMinute(paused).get(920)).toMatchObject({
      call_pnl_3: expect.any(Number),
      ltp_change_atm_pe_15: expect.any(Number),
    });
  });

  it.each([LABEL_DATE, '2026-02-10', '2026-07-31'])('does not touch a session before it: %s', (date) => {
    const rows = labelInputs({ date, expiry: '2026-08-25', minutes: 386 });
    expect(labelDay(rows, rules)).toEqual(labelDay(rows, withoutPause));
    expect(labelDay(rows, rules).filter(({ target }) => target !== null).length).toBeGreaterThan(250);
  });
});

/** Minutes after its row that a label on the spot rests on. */
function spanOf(label: LabelRow, name: (typeof ON_SPOT)[number]): number {
  const horizon = /_(\d+)$/.exec(name);
  if (horizon !== null) return Number(horizon[1]);
  return name.startsWith('session_') ? 15 : label.minutes_to_hit!;
}

describe('no label on the spot', () => {
  it('rests on a minute of a pause, wherever that lies, and others stay', () => {
    let labelled = 0;
    const pauses = fc.record({
      starts: fc.integer({ min: 600, max: 930 }),
      length: fc.integer({ min: 2, max: 120 }),
    });
    fc.assert(
      fc.property(fc.nat(), pauses, fc.constantFrom(0, 0.1), (seed, { starts, length }, lost) => {
        const random = randomOf(seed);
        const rows = labelInputs({ seed, isLost: () => random() < lost });
        const plain = labelDay(rows, withoutPause);
        for (const [at, label] of labelDay(rows, withPause(starts, starts + length)).entries()) {
          const minute = minuteOfDay(epochMs(label.timestamp));
          for (const name of ON_SPOT.filter((column) => !/volatility|uniqueness/.test(column))) {
            const isKnown = label[name] !== null;
            const span = spanOf(isKnown ? label : plain[at]!, name);
            const overlaps = minute < starts + length && minute + span > starts;
            if (isKnown && overlaps) expect.fail(`${name} at ${minute} rests on ${starts} + ${length}`);
            if (isKnown) labelled += 1;
            const stays = !name.startsWith('session_') && !overlaps;
            if (stays && label[name] !== plain[at]![name]) expect(label[name], name).toBe(plain[at]![name]);
          }
        }
      }),
      { numRuns: 30 },
    );
    expect(labelled).toBeGreaterThan(10_000);
  });
});
