import * as z from 'zod';
import { describeIssue } from '../../../describe-issue.ts';
import { RejectedInput } from '../../../errors.ts';
import type { ChainAnswer } from './chain-answer.ts';
import type { RecordedRow } from './recorded-row.ts';
import { writtenDate, writtenTime } from './written-date.ts';

/** A strike of the BSE's table: text throughout, blank for none; names with `C_` are the call's. */
const strikeSchema = z.object({
  Strike_Price: z.string(),
  End_TimeStamp: z.string(),
  comapny_name: z.string(),
  UlaValue: z.string(),
  C_Last_Trd_Price: z.string(),
  C_Open_Interest: z.string(),
  C_Vol_Traded: z.string(),
  C_IV: z.string(),
  C_BidPrice: z.string(),
  C_OfferPrice: z.string(),
  C_BIdQty: z.string(),
  C_OfferQty: z.string(),
  Last_Trd_Price: z.string(),
  Open_Interest: z.string(),
  Vol_Traded: z.string(),
  IV: z.string(),
  BidPrice: z.string(),
  OfferPrice: z.string(),
  BIdQty: z.string(),
  OfferQty: z.string(),
});
type Strike = z.infer<typeof strikeSchema>;

const answerSchema = z.object({
  Table: z.array(strikeSchema).min(1),
  ASON: z.object({ DT_TM: z.string() }),
});

/** Whether a JSON value is an option-chain answer of the BSE. */
export function isBseAnswer(json: unknown): boolean {
  const { Table, ASON } = (json ?? {}) as { Table?: unknown; ASON?: unknown };
  const first = Array.isArray(Table) ? Table[0] : undefined;
  return (
    typeof ASON === 'object' && typeof first === 'object' && first !== null && 'C_Open_Interest' in first
  );
}

/**
 * Reads an option-chain answer of the BSE's web API: one expiry, two rows per strike. The time is the one the answer
 * states (`ASON`), which may lie after the close. Throws RejectedInput that names the field.
 */
export function parseBseAnswer(json: unknown): ChainAnswer {
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) {
    const { issues } = parsed.error;
    throw new RejectedInput(describeIssue(issues, json, WORDING), { field: issues[0]?.path.join('.') ?? '' });
  }
  const { Table, ASON } = parsed.data;
  const timestamp = writtenTime('ASON.DT_TM', ASON.DT_TM);
  return {
    form: 'bse',
    timestamp,
    symbol: Table[0]!.comapny_name.trim(),
    listedExpiries: undefined,
    rows: Table.flatMap((strike, index) => rowsOf(strike, index, timestamp)),
  };
}

const WORDING = {
  record: 'option-chain answer',
  remedies: {},
  otherwise: 'fetch the answer again',
  union: 'text',
};

function rowsOf(strike: Strike, index: number, timestamp: string): RecordedRow[] {
  const number = (name: keyof Strike) => amount(`Table[${index}].${name}`, strike[name]);
  const common = {
    timestamp,
    symbol: strike.comapny_name.trim(),
    expiry: writtenDate(`Table[${index}].End_TimeStamp`, strike.End_TimeStamp),
    strike: positive(`Table[${index}].Strike_Price`, strike.Strike_Price),
    underlying: number('UlaValue') || null,
  };
  return (['CE', 'PE'] as const).map((optionType) => {
    const side = optionType === 'CE' ? 'C_' : '';
    const units = (name: 'Open_Interest' | 'Vol_Traded' | 'BIdQty' | 'OfferQty') =>
      whole(`Table[${index}].${side}${name}`, strike[`${side}${name}`]);
    const ivPct = number(`${side}IV`);
    const ivBelowOne = ivPct !== null && ivPct < LEAST_IV_PCT;
    return {
      ...common,
      optionType,
      ltp: number(`${side}Last_Trd_Price`) || null,
      oi: units('Open_Interest'),
      volume: units('Vol_Traded'),
      ivPct: ivBelowOne ? null : ivPct,
      ivBelowOne,
      bid: number(`${side}BidPrice`) || null,
      ask: number(`${side}OfferPrice`) || null,
      bidQuantity: units('BIdQty'),
      askQuantity: units('OfferQty'),
    };
  });
}

/** Below one percent the exchange had no volatility; zero is how it says so. */
const LEAST_IV_PCT = 1;
/** Thousands are set off with commas in the Indian way: `4,81,275.00`. */
const NUMBER = /^\d[\d,]*(\.\d+)?$/;

function amount(field: string, text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (!NUMBER.test(trimmed)) throw wrong(field, 'a number of at least 0 or blank', text);
  return Number(trimmed.replaceAll(',', ''));
}

function whole(field: string, text: string): number | null {
  const value = amount(field, text);
  if (value !== null && !Number.isSafeInteger(value)) throw wrong(field, 'a whole number or blank', text);
  return value;
}

function positive(field: string, text: string): number {
  const value = amount(field, text);
  if (!value) throw wrong(field, 'a number above 0', text);
  return value;
}

function wrong(field: string, expected: string, was: string): RejectedInput {
  return new RejectedInput(`${field}: expected ${expected}, was ${was === '' ? 'blank' : was}`, { field });
}
