import * as z from 'zod';
import { addDays, minutesOfClock, weekdayOf } from './indian-time.ts';
import { EXCHANGES, type Exchange } from './snapshot.ts';

/**
 * The rules of the exchanges as data (`config/exchanges.json`): calendars per market, contract terms per exchange.
 * Everything that has ever changed carries the date it changed on and where that is known from.
 */
const date = z.iso.date();
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a clock time such as 15:30');
const source = z.string().min(10);

/** Dated entries, oldest first; the one in force on a date is the last whose `from` is not after it. */
function dated<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .array(z.strictObject({ from: date, ...shape, source }))
    .min(1)
    .refine(risesBy('from'), 'expected entries by rising date (`from`)');
}

/** Like `dated`, but in force for contracts that expire on or after the date, whenever they trade. */
function datedByExpiry<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .array(z.strictObject({ expiries_from: date, ...shape, source }))
    .min(1)
    .refine(risesBy('expiries_from'), 'expected entries by rising date (`expiries_from`)');
}

function risesBy(key: string) {
  return (entries: readonly unknown[]) =>
    entries.every((entry, index) => {
      const previous = entries[index - 1] as Record<string, string> | undefined;
      return previous === undefined || previous[key]! < (entry as Record<string, string>)[key]!;
    });
}

const hours = { open: clock, close: clock };
const percent = dated({ pct: z.number().min(0).max(100) });

/** What a trade in options costs, on the premium turnover, by the date of the trade. */
export const costRulesSchema = z.strictObject({
  /** Flat charge of a discount broker for one executed order. */
  brokerage: dated({ rupees_per_order: z.number().min(0) }),
  exchange_fee: percent,
  investor_protection_fee: percent,
  sebi_fee: percent,
  /** On brokerage and the three fees, not on the premium. */
  gst: percent,
  stt_on_sale: percent,
  stamp_duty_on_purchase: percent,
});

export const marketRulesSchema = z.strictObject({
  /** Outside these dates (inclusive) nothing is known: asking is an error. */
  coverage: z.strictObject({ from: date, to: date, source }),
  /** Where the exchange publishes what is entered here, and when: told with every error over a date that is not known. */
  circulars: source,
  /**
   * The years whose list of trading holidays is entered below. Of another year a weekday is known only where it stands
   * below itself; weekends are closed unless they stand there.
   */
  holiday_lists: z.array(z.strictObject({ year: z.int(), source })),
  sessions: dated(hours),
  /** Stretches in which options trade and the index stands still: a return over one is that of nobody's trade. */
  spot_pauses: dated({ starts: clock, ends: clock }),
  holidays: z.array(
    z.strictObject({
      date,
      name: z.string().min(3),
      /** Expected by law or custom before the exchange has issued the list of its year. */
      projected: z.literal(true).optional(),
      source,
    }),
  ),
  /** Days with hours of their own: they are trading days even on a weekend or holiday. In the pause nothing trades. */
  special_sessions: z.array(
    z.strictObject({
      date,
      name: z.string().min(3),
      ...hours,
      pause: z.strictObject({ starts: clock, ends: clock }).optional(),
      source,
    }),
  ),
  /** Days whose session this file does not know: asking for it is an error. `trades` where that much is known. */
  undetermined: z.array(
    z.strictObject({ date, trades: z.boolean().optional(), reason: z.string().min(10), source }),
  ),
  costs: costRulesSchema,
  /** What a last price is off by where no quote is recorded, in percent of it; at least one tick. */
  slippage: percent,
  /** Share of the premium that buying an option binds until it is sold. */
  margin_on_purchase: percent,
});

export const contractRulesSchema = z.strictObject({
  market: z.string(),
  underlying: z.string().min(1),
  strike_step: dated({ points: z.number().positive() }),
  /** Strikes on each side of the at-the-money one that the tracker follows. */
  ladder_sides: dated({ strikes: z.int().positive() }),
  tick: dated({ rupees: z.number().positive() }),
  lot_size: datedByExpiry({ units: z.int().positive() }),
  expiry_day: datedByExpiry({
    cadence: z.enum(['weekly', 'monthly']),
    /** 1 Monday to 5 Friday; a weekly contract expires each such day, a monthly one on the last of the month. */
    weekday: z.int().min(1).max(5),
  }),
  /** Whether options of the underlying that expire each week are listed, in whichever chain. */
  weekly_series: dated({ listed: z.boolean() }),
});

export const exchangesFileSchema = z.strictObject({
  schema: z.literal(1),
  markets: z.record(z.string(), marketRulesSchema),
  exchanges: z.strictObject(
    Object.fromEntries(EXCHANGES.map((name) => [name, contractRulesSchema])) as Record<
      Exchange,
      typeof contractRulesSchema
    >,
  ),
});

export type CostRules = z.infer<typeof costRulesSchema>;
export type DatedPercents = z.infer<typeof percent>;
export type MarketRules = z.infer<typeof marketRulesSchema>;
export type ContractRules = Omit<z.infer<typeof contractRulesSchema>, 'market'>;

/** All rules of one exchange: its contract terms and the calendar of the market it trades on. */
export interface ExchangeRules extends ContractRules {
  readonly name: Exchange;
  readonly market: MarketCalendar;
}

/** Hours of a day in minutes since Indian midnight; between the ends of `pause`, if there is one, nothing trades. */
export interface SessionHours {
  readonly openMinute: number;
  readonly closeMinute: number;
  readonly pause?: { readonly fromMinute: number; readonly toMinute: number };
}

/** A stretch of the day, in minutes since Indian midnight, in which the index stands still, since a date. */
export interface SpotPause {
  readonly from: string;
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** A day of which something is not known. */
export interface UndeterminedDay {
  /** Whether it trades at all; undefined when that is not known either. */
  readonly trades?: boolean | undefined;
  readonly reason: string;
}

/** A market's calendar, indexed by date for quick questions, and what trading on it costs. */
export interface MarketCalendar {
  /** Its key in the file. */
  readonly name: string;
  readonly coverage: { readonly from: string; readonly to: string };
  /** Where and when the exchange publishes its dates. */
  readonly circulars: string;
  /** Years whose list of trading holidays is known. */
  readonly holidayYears: ReadonlySet<string>;
  readonly sessions: readonly { from: string; openMinute: number; closeMinute: number }[];
  /** By rising date. */
  readonly spotPauses: readonly SpotPause[];
  readonly holidays: ReadonlyMap<string, string>;
  readonly specialSessions: ReadonlyMap<string, SessionHours>;
  readonly undetermined: ReadonlyMap<string, UndeterminedDay>;
  readonly costs: CostRules;
  readonly slippage: DatedPercents;
  readonly marginOnPurchase: DatedPercents;
}

export type ExchangesRules = Readonly<Record<Exchange, ExchangeRules>>;

/** Indexes one market's rules by date. */
export function calendarOf(name: string, rules: MarketRules): MarketCalendar {
  return {
    name,
    coverage: rules.coverage,
    circulars: rules.circulars,
    holidayYears: new Set(rules.holiday_lists.map(({ year }) => String(year))),
    sessions: rules.sessions.map((entry) => ({ from: entry.from, ...minutes(entry) })),
    spotPauses: rules.spot_pauses.map(({ from, starts, ends }) => ({
      from,
      fromMinute: minutesOfClock(starts),
      toMinute: minutesOfClock(ends),
    })),
    holidays: new Map(rules.holidays.map((day) => [day.date, day.name])),
    specialSessions: new Map(rules.special_sessions.map((day) => [day.date, minutes(day)])),
    undetermined: new Map(rules.undetermined.map((day) => [day.date, day])),
    costs: rules.costs,
    slippage: rules.slippage,
    marginOnPurchase: rules.margin_on_purchase,
  };
}

/** The dates of a market's file that contradict each other, in words; none when it is sound. */
export function contradictions(rules: MarketRules): string[] {
  const found: string[] = [];
  const { from, to } = rules.coverage;
  if (from > to) found.push(`coverage: expected from before to, was ${from} to ${to}`);
  if (rules.sessions[0]!.from > from)
    found.push(`sessions: expected one from ${from}, was first from ${rules.sessions[0]!.from}`);
  for (const { open, close } of [...rules.sessions, ...rules.special_sessions]) {
    if (open >= close) found.push(`session: expected open before close, was ${open} to ${close}`);
  }
  for (const { starts, ends } of rules.spot_pauses) {
    if (starts >= ends) found.push(`spot_pauses: expected starts before ends, was ${starts} to ${ends}`);
  }
  for (const { open, close, pause } of rules.special_sessions) {
    if (pause === undefined || (open < pause.starts && pause.starts < pause.ends && pause.ends < close))
      continue;
    found.push(`pause: expected within ${open} to ${close}, was ${pause.starts} to ${pause.ends}`);
  }
  for (const list of ['holidays', 'special_sessions', 'undetermined'] as const) {
    const dates = rules[list].map((day) => day.date);
    for (const day of dates) {
      if (day < from || day > to) found.push(`${list}: expected dates within ${from} to ${to}, was ${day}`);
    }
    if (new Set(dates).size < dates.length) found.push(`${list}: expected each date once`);
  }
  const listed = new Set(rules.holiday_lists.map(({ year }) => String(year)));
  if (listed.size < rules.holiday_lists.length) found.push('holiday_lists: expected each year once');
  for (const { date: day, name, projected } of rules.holidays) {
    if (weekdayOf(day) > 5) found.push(`holidays: expected a weekday, was ${day} (${name})`);
    if (listed.has(day.slice(0, 4)) !== (projected === undefined)) {
      const expected = projected
        ? 'the date as the list of its year has it'
        : 'projected before its list is known';
      found.push(`holidays: expected ${expected}, was ${day} (${name})${projected ? ', projected' : ''}`);
    }
  }
  return found;
}

function minutes(entry: {
  open: string;
  close: string;
  pause?: { starts: string; ends: string } | undefined;
}): SessionHours {
  const hours = { openMinute: minutesOfClock(entry.open), closeMinute: minutesOfClock(entry.close) };
  const { pause } = entry;
  if (pause === undefined) return hours;
  return {
    ...hours,
    pause: { fromMinute: minutesOfClock(pause.starts), toMinute: minutesOfClock(pause.ends) },
  };
}

/** The last day of a calendar month. Example: `lastOfMonth('2026-02-10')` is `2026-02-28`. */
export function lastOfMonth(day: string): string {
  const next = `${day.slice(0, 7)}-28`;
  return addDays(`${addDays(next, 4).slice(0, 7)}-01`, -1);
}
