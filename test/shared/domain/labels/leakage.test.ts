import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LABEL_CATALOGUE } from '../../../../shared/domain/labels/catalogue.ts';
import { type LabelInput, labelDay } from '../../../../shared/domain/labels/label-day.ts';
import {
  LABEL_COLUMNS,
  type LabelColumn,
  type LabelRow,
} from '../../../../shared/domain/labels/label-row.ts';
import type { ExchangeRules, SessionHours } from '../../../../shared/domain/market/exchange-rules.ts';
import { epochMs, istMs, MINUTE_MS, minuteOfDay } from '../../../../shared/domain/market/indian-time.ts';
import { LABEL_DATE, labelInputs, nseRules } from '../../../factories/label-day.ts';
import { randomOf } from '../../../factories/session.ts';

const rules = nseRules();
const horizonOf = new Map(LABEL_CATALOGUE.map(({ name, horizonMinutes }) => [name, horizonMinutes]));
const minuteOf = (row: Pick<LabelInput, 'timestampMs'>) => Math.floor(row.timestampMs / MINUTE_MS);

/**
 * Minutes after its row in which a label is known: to its barrier where it has one, else its horizon. Its weight
 * depends on which of the targets that begin within its span there are: each of those is known 15 minutes later.
 */
function spanMinutes(label: LabelRow, name: LabelColumn): number {
  if (name.endsWith('volatility')) return 0;
  const minutes = name.startsWith('session_') ? label.session_minutes_to_hit : label.minutes_to_hit;
  if (/_\d+$/.test(name)) return horizonOf.get(name)!;
  return (minutes ?? 15) + (name.endsWith('uniqueness') ? 15 : 0);
}

/** Everything about a row that can be made larger, made larger; its moment stays. */
const corrupted = (row: LabelInput, factor: number): LabelInput => ({
  ...row,
  underlyingPrice: row.underlyingPrice * factor,
  atmStrike: row.atmStrike * factor,
  legs: row.legs.map((leg) => ({
    ...leg,
    ltp: leg.ltp! * factor,
    oi: leg.oi! * factor,
    volume: leg.volume! * factor,
    best_bid: leg.best_bid! * factor,
    best_ask: leg.best_ask! * factor,
  })),
});

const aCut = fc.record({
  seed: fc.nat(),
  cut: fc.integer({ min: 70, max: 170 }),
  factor: fc.constantFrom(1000, 1e-3, 1.01),
  lost: fc.constantFrom(0, 0.05, 0.3),
});
const dayOf = ({ seed, lost }: { readonly seed: number; readonly lost: number }) => {
  const random = randomOf(seed + 1);
  return labelInputs({ seed, minutes: 200, move: 0.0005, isLost: () => random() < lost });
};

describe('labels whose span has ended', () => {
  it('do not change, whatever happens after', () => {
    const compared = new Map<LabelColumn, number>();
    fc.assert(
      fc.property(aCut, (given) => {
        const rows = dayOf(given);
        const now = minuteOf(rows[0]!) + given.cut;
        const before = labelDay(rows, rules);
        const after = labelDay(
          rows.map((row) => (minuteOf(row) <= now ? row : corrupted(row, given.factor))),
          rules,
        );
        for (const [at, row] of rows.entries()) {
          for (const name of LABEL_COLUMNS) {
            if (minuteOf(row) + spanMinutes(before[at]!, name) > now) continue;
            if (after[at]![name] !== before[at]![name])
              expect(after[at]![name], name).toBe(before[at]![name]);
            if (before[at]![name] !== null) compared.set(name, (compared.get(name) ?? 0) + 1);
          }
        }
      }),
      { numRuns: 60 },
    );
    for (const name of LABEL_COLUMNS) expect(compared.get(name), name).toBeGreaterThan(100);
  });

  it('are the same when nothing after their horizon has been seen yet', () => {
    fc.assert(
      fc.property(aCut, (given) => {
        const rows = dayOf(given);
        const now = minuteOf(rows[0]!) + given.cut;
        const whole = labelDay(rows, rules);
        const seen = rows.filter((row) => minuteOf(row) <= now);
        const last = minuteOf(seen.at(-1)!);
        const sofar = labelDay(seen, rules);
        for (const [at, label] of sofar.entries()) {
          for (const name of LABEL_COLUMNS) {
            if (minuteOf(rows[at]!) + horizonOf.get(name)! <= last) {
              expect(label[name], `${label.uid} ${name}`).toBe(whole[at]![name]);
            }
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('do change when something within their horizon does', () => {
    const rows = labelInputs({ minutes: 200, move: 0.0005 });
    const before = labelDay(rows, rules)[100]!;
    for (const name of LABEL_COLUMNS.filter(
      (column) => /_\d+$/.test(column) && !column.startsWith('direction'),
    )) {
      const end = minuteOf(rows[100]!) + horizonOf.get(name)!;
      const changed = rows.map((row) => (minuteOf(row) === end ? corrupted(row, 1.5) : row));
      const back = changed.map((row, at) =>
        minuteOf(row) === end ? { ...row, atmStrike: rows[at]!.atmStrike } : row,
      );
      expect(labelDay(back, rules)[100]![name], name).not.toBe(before[name]);
    }
  });
});

/** Rules whose only session on the date has these hours; null is a holiday. */
function rulesWith(hours: SessionHours | null): ExchangeRules {
  const market = {
    ...rules.market,
    holidays: new Map(hours === null ? [[LABEL_DATE, 'closed']] : []),
    specialSessions: new Map(hours === null ? [] : [[LABEL_DATE, hours]]),
  };
  return { ...rules, market };
}

const someHours = fc
  .record({
    open: fc.integer({ min: 540, max: 720 }),
    length: fc.integer({ min: 20, max: 240 }),
    pause: fc.option(
      fc.record({
        at: fc.double({ min: 0.1, max: 0.8, noNaN: true }),
        minutes: fc.integer({ min: 2, max: 60 }),
      }),
    ),
  })
  .map(({ open, length, pause }): SessionHours => {
    const hours = { openMinute: open, closeMinute: open + length };
    const fromMinute = open + 1 + Math.floor(length * (pause?.at ?? 0));
    const toMinute = fromMinute + (pause?.minutes ?? 0);
    return pause === null || toMinute >= hours.closeMinute
      ? hours
      : { ...hours, pause: { fromMinute, toMinute } };
  });

/** Indian minutes of the stretch of trading that a minute lies in. */
function stretchOf(
  minute: number,
  { openMinute, closeMinute, pause }: SessionHours,
): [number, number] | null {
  const stretches: [number, number][] =
    pause === undefined
      ? [[openMinute, closeMinute]]
      : [
          [openMinute, pause.fromMinute],
          [pause.toMinute, closeMinute],
        ];
  return stretches.find(([from, to]) => minute >= from && minute <= to) ?? null;
}

describe('no label', () => {
  it('spans the end of trading, whatever the calendar, the gaps and the rows out of session', () => {
    let labelled = 0;
    fc.assert(
      fc.property(fc.nat(), fc.option(someHours), fc.constantFrom(0, 0.05, 0.5), (seed, hours, lost) => {
        const random = randomOf(seed);
        const rows = labelInputs({ seed, firstMinute: 520, minutes: 460, isLost: () => random() < lost });
        for (const label of labelDay(rows, rulesWith(hours))) {
          const minute = minuteOfDay(epochMs(label.timestamp));
          const stretch = hours && stretchOf(minute, hours);
          for (const name of LABEL_COLUMNS) {
            if (label[name] === null) continue;
            labelled += 1;
            const end = minute + (name.endsWith('uniqueness') ? 15 : horizonOf.get(name)!);
            if (!stretch || end > stretch[1]) expect.fail(`${name} at ${minute} spans the end of ${stretch}`);
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(labelled).toBeGreaterThan(10_000);
  });

  it('of a row knows of other sessions: a day is labelled alone', () => {
    const rows = labelInputs({ minutes: 50 });
    const nextDay = { ...rows[49]!, timestampMs: istMs('2025-12-05', 555) };
    expect(() => labelDay([...rows, nextDay], rules)).toThrow(/one session/);
  });
});
