import * as z from 'zod';
import { describeIssue } from '../../../describe-issue.ts';
import { RejectedInput } from '../../../errors.ts';
import type { ChainAnswer } from './chain-answer.ts';
import type { RecordedRow } from './recorded-row.ts';
import { writtenDate, writtenTime } from './written-date.ts';

const amount = z.number().finite().nonnegative().nullish();
const count = z.number().int().nonnegative().nullish();
const text = z.string().nullish();

/** One side of a strike; the 2020 form says `bidprice`, the v3 form `buyPrice1`. */
const sideSchema = z.object({
  expiryDate: text,
  underlying: text,
  lastPrice: amount,
  openInterest: count,
  totalTradedVolume: count,
  impliedVolatility: amount,
  bidprice: amount,
  bidQty: count,
  askPrice: amount,
  askQty: count,
  buyPrice1: amount,
  buyQuantity1: count,
  sellPrice1: amount,
  sellQuantity1: count,
});
type Side = z.infer<typeof sideSchema>;

const strikeSchema = z.object({
  strikePrice: z.number().finite().positive(),
  expiryDate: text,
  expiryDates: text,
  CE: sideSchema.nullish(),
  PE: sideSchema.nullish(),
});
type Strike = z.infer<typeof strikeSchema>;

const answerSchema = z.object({
  timestamp: z.string(),
  underlyingValue: z.number().finite().nonnegative().nullish(),
  expiryDates: z.array(z.string()).nullish(),
  data: z.array(strikeSchema).min(1),
});

/** Where an NSE answer keeps its chain: under `records`, or (v3, saved bare) at the top. */
function recordsOf(json: unknown): unknown {
  return (json as { records?: unknown } | null)?.records ?? json;
}

/** Which of the two NSE forms a JSON value has, by the names of its quotes; undefined for anything else. */
export function nseFormOf(json: unknown): 'nse_2020' | 'nse_v3' | undefined {
  const data = (recordsOf(json) as { data?: unknown } | null | undefined)?.data;
  if (!Array.isArray(data)) return undefined;
  const sides = data.flatMap((row) => [row?.CE, row?.PE]).filter((side) => side && typeof side === 'object');
  if (sides.some((side) => 'buyPrice1' in side)) return 'nse_v3';
  return sides.some((side) => 'bidprice' in side) ? 'nse_2020' : undefined;
}

/**
 * Reads an option-chain answer of the NSE's web API; one row per side of a strike that the answer holds. Its zero is
 * "none" for prices and volatility. `filtered`, a copy of the first expiry, is not read.
 * Throws RejectedInput that names the field.
 */
export function parseNseAnswer(json: unknown): ChainAnswer {
  const form = nseFormOf(json);
  const parsed = answerSchema.safeParse(recordsOf(json));
  if (!parsed.success || form === undefined) {
    const issues = parsed.error?.issues ?? [];
    throw new RejectedInput(describeIssue(issues, recordsOf(json), WORDING), {
      field: issues[0]?.path.join('.') ?? 'data',
    });
  }
  const { timestamp, underlyingValue, expiryDates, data } = parsed.data;
  const common = {
    timestamp: writtenTime('timestamp', timestamp),
    symbol: symbolOf(data),
    underlying: underlyingValue || null,
  };
  return {
    form,
    ...common,
    listedExpiries: expiryDates?.map((expiry) => writtenDate('expiryDates', expiry)),
    rows: data.flatMap((strike) => rowsOf(strike, common)),
  };
}

const WORDING = {
  record: 'option-chain answer',
  remedies: {},
  otherwise: 'fetch the answer again',
  union: 'a number or null',
};

function symbolOf(data: readonly Strike[]): string {
  for (const { CE, PE } of data) {
    const symbol = CE?.underlying || PE?.underlying;
    if (symbol) return symbol;
  }
  throw new RejectedInput('underlying: expected the name of the underlying in a leg, was none', {
    field: 'underlying',
  });
}

function rowsOf(
  strike: Strike,
  common: Pick<RecordedRow, 'timestamp' | 'symbol' | 'underlying'>,
): RecordedRow[] {
  const rows: RecordedRow[] = [];
  for (const optionType of ['CE', 'PE'] as const) {
    const side = strike[optionType];
    if (!side) continue;
    const expiry = strike.expiryDate || strike.expiryDates || side.expiryDate || '';
    rows.push({
      ...common,
      expiry: writtenDate('expiryDate', expiry),
      strike: strike.strikePrice,
      optionType,
      ...valuesOf(side),
    });
  }
  return rows;
}

/** Below one percent the exchange had no volatility; zero is how it says so. */
const LEAST_IV_PCT = 1;

function valuesOf(side: Side) {
  const ivPct = side.impliedVolatility ?? null;
  const ivBelowOne = ivPct !== null && ivPct < LEAST_IV_PCT;
  return {
    ltp: side.lastPrice || null,
    oi: side.openInterest ?? null,
    volume: side.totalTradedVolume ?? null,
    ivPct: ivBelowOne ? null : ivPct,
    ivBelowOne,
    bid: (side.bidprice ?? side.buyPrice1) || null,
    ask: (side.askPrice ?? side.sellPrice1) || null,
    bidQuantity: side.bidQty ?? side.buyQuantity1 ?? null,
    askQuantity: side.askQty ?? side.sellQuantity1 ?? null,
  };
}
