import { EXCHANGES, MACRO_KEYS, type MacroKey } from '../snapshot.ts';
import { type FieldReader, momentOf, numberOf, type TableShape } from './table-shape.ts';

const value = (...names: string[]) => ({ names });

/** The tracker's table `macro_signals`: one row a moment, values in its own words. */
export const MACRO_SIGNALS: TableShape<'timestamp' | 'exchange' | MacroKey> = {
  table: 'macro_signals',
  columns: {
    timestamp: { names: ['timestamp', 'as_of', 'time'], required: true },
    exchange: value('exchange'),
    fii_dii_net: value('fii_dii_net', 'macro_fii_dii_net'),
    usdinr_trend: value('usdinr_trend', 'macro_usdinr_trend'),
    crude_trend: value('crude_trend', 'macro_crude_trend'),
    banknifty_correlation: value('banknifty_correlation', 'banknifty_corr', 'macro_banknifty_corr'),
    risk_on_score: value('risk_on_score', 'macro_risk_on_score'),
    news_sentiment_score: value('news_sentiment_score', 'news_sentiment'),
    vix_contango_pct: value('vix_contango_pct'),
    term_structure_spread: value('term_structure_spread'),
  },
  oneOf: [
    'fii_dii_net',
    'usdinr_trend',
    'crude_trend',
    'banknifty_correlation',
    'risk_on_score',
    'news_sentiment_score',
  ],
};

/** The tracker's table `vix_term_structure`: the slope of India VIX along its futures. */
export const VIX_TERM_STRUCTURE: TableShape<'timestamp' | 'exchange' | MacroKey> = {
  table: 'vix_term_structure',
  columns: {
    ...MACRO_SIGNALS.columns,
    vix_contango_pct: value('vix_contango_pct', 'contango_pct', 'contango'),
    term_structure_spread: value('term_structure_spread', 'spread', 'term_spread'),
  },
  oneOf: ['vix_contango_pct', 'term_structure_spread'],
};

/** Macro values that became known at one moment. */
export interface MacroRow {
  readonly asOfMs: number;
  /** The chain they are for; null when they are for all. */
  readonly exchange: string | null;
  readonly values: Readonly<Partial<Record<MacroKey, number>>>;
}

/** Why a row of a macro table gave nothing. */
export const MACRO_SKIP_REASONS = {
  other_exchange: 'an exchange that is none of ours',
  no_value: 'no value in any of the columns that are read',
} as const;
export type MacroSkipReason = keyof typeof MACRO_SKIP_REASONS;

/** Reads one row. Throws RejectedInput that names the field. */
export function parseMacroRow(
  field: FieldReader<'timestamp' | 'exchange' | MacroKey>,
): MacroRow | MacroSkipReason {
  const asOfMs = momentOf('timestamp', field('timestamp'));
  const exchange = field('exchange').trim() || null;
  if (exchange !== null && exchange !== 'ALL' && !(EXCHANGES as readonly string[]).includes(exchange)) {
    return 'other_exchange';
  }
  const values: Partial<Record<MacroKey, number>> = {};
  for (const key of MACRO_KEYS) {
    const known = numberOf(key, field(key));
    if (known !== null) values[key] = known;
  }
  if (Object.keys(values).length === 0) return 'no_value';
  return { asOfMs, exchange: exchange === 'ALL' ? null : exchange, values };
}
