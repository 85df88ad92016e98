import { nearestStrike } from '../shared/domain/market/import/nearest-strike.ts';
import { optionSymbol } from '../shared/domain/market/import/option-symbol.ts';
import type { Macro } from '../shared/domain/market/snapshot.ts';
import type { DriftShift } from './drift-shift.ts';
import type { ExchangeSpec, SessionTerms } from './exchange-spec.ts';
import type { FactorPath } from './factors.ts';
import type { Book, BookState } from './open-interest.ts';
import { openBook } from './open-interest.ts';
import type { Quote } from './quotes.ts';
import { RandomStream } from './random.ts';
import type { UnderlyingPath } from './underlying.ts';
import { ACTIVITY } from './volume.ts';

export interface ChainOptions {
  readonly seed: number;
  readonly spec: ExchangeSpec;
  readonly date: string;
  readonly terms: SessionTerms;
  readonly factors: FactorPath;
  readonly path: UnderlyingPath;
  readonly macro: Macro;
  readonly drift: DriftShift;
  readonly start: BookState | undefined;
}

/** What stays the same through one chain's session, and its moving parts. */
export interface ChainSession extends ChainOptions {
  readonly strikes: readonly number[];
  readonly symbols: readonly string[];
  readonly book: Book;
  readonly quotes: readonly Quote[];
  readonly minuteLots: Float64Array;
  readonly dayLots: Float64Array;
  readonly quoteRandom: RandomStream;
  readonly flowRandom: RandomStream;
}

/** Lays out the strikes, positions and quotes of one chain before its first minute. */
export function openChain(options: ChainOptions): ChainSession {
  const { spec, terms, date, seed } = options;
  const { expiry } = terms;
  const strikes = sessionStrikes(terms, options.path.spot);
  const lastOfMonth = expiry === terms.monthlyExpiry;
  const name = `${spec.exchange}/${date}`;
  return {
    ...options,
    strikes,
    symbols: strikes.flatMap((strike) =>
      (['CE', 'PE'] as const).map((type) => optionSymbol(spec.underlying, expiry, lastOfMonth, strike, type)),
    ),
    book: openBook({
      seed,
      exchange: spec.exchange,
      expiry,
      strikes,
      strikeStep: terms.strikeStep,
      openPrice: options.path.spot[0]!,
      peakLots: ACTIVITY[spec.exchange].peakLots,
      start: options.start,
    }),
    quotes: strikes.flatMap(() => [emptyQuote(), emptyQuote()]),
    minuteLots: new Float64Array(strikes.length * 2),
    dayLots: new Float64Array(strikes.length * 2),
    quoteRandom: new RandomStream(seed, `quotes/${name}`),
    flowRandom: new RandomStream(seed, `flow/${name}`),
  };
}

function emptyQuote(): Quote {
  return { bidTicks: 0, askTicks: 0, lastTicks: 0, bidLots: 0, askLots: 0 };
}

/** Strikes quoted on each side: the ladder and a fifth more beyond it. */
export function strikesQuoted({ strikesPerSide }: SessionTerms): number {
  return strikesPerSide + Math.ceil(strikesPerSide / 5);
}

/** Every strike that comes within the quoted ladder at some minute of the session. */
function sessionStrikes(terms: SessionTerms, spot: Float64Array): number[] {
  const { strikeStep } = terms;
  const reach = strikesQuoted(terms) * strikeStep;
  const lowest = nearestStrike(Math.min(...spot), strikeStep) - reach;
  const highest = nearestStrike(Math.max(...spot), strikeStep) + reach;
  const count = Math.round((highest - lowest) / strikeStep) + 1;
  return Array.from({ length: count }, (_, i) => lowest + i * strikeStep);
}
