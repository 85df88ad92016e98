import { RandomStream } from './random.ts';

/** Positions are published every few minutes only, and stand still in between. */
export const PUBLISH_MINUTES = 3;
/** Growth a minute of a side's open interest per unit of hidden flow: puts are written and calls closed when it is bullish. */
const FLOW_GROWTH = 0.0025;
const LEG_NOISE = 0.006;
const SIDE_NOISE = 0.0015;
const REVERSION = 0.004;
/** At most this share of a minute's volume opens or closes positions. */
const MAX_SHARE_OF_VOLUME = 0.7;
const EXPIRY_UNWINDING = 0.5;

/** Open interest carried over night: natural logarithm of lots, by strike, call first. */
export interface BookState {
  readonly expiry: string;
  readonly levels: Readonly<Record<string, readonly [number, number]>>;
}

export interface BookOptions {
  readonly seed: number;
  readonly exchange: string;
  readonly expiry: string;
  /** All strikes that the session can come near, rising. */
  readonly strikes: readonly number[];
  readonly strikeStep: number;
  readonly openPrice: number;
  /** Lots at the strike with the most open interest. */
  readonly peakLots: number;
  readonly start: BookState | undefined;
}

/** Open interest of every leg of one session; legs lie as call, put, call, put in rising strike order. */
export interface Book {
  readonly options: BookOptions;
  readonly levels: Float64Array;
  readonly targets: Float64Array;
  /** What the exchange shows, in lots. */
  readonly publishedLots: Float64Array;
}

/** A book for the session: carried levels where the expiry is the same, the usual profile where a leg is new. */
export function openBook(options: BookOptions): Book {
  const count = options.strikes.length * 2;
  const book = {
    options,
    levels: new Float64Array(count),
    targets: new Float64Array(count),
    publishedLots: new Float64Array(count),
  };
  const carried = carriedLevels(options);
  options.strikes.forEach((strike, row) => {
    for (let side = 0; side < 2; side++) {
      const leg = row * 2 + side;
      book.targets[leg] = targetLevel(options, strike, side);
      book.levels[leg] = carried[strike]?.[side] ?? book.targets[leg]!;
    }
  });
  publish(book);
  return book;
}

/**
 * Moves every leg by one minute: pulled to its profile, pushed by the hidden flow, shaken, and never by more than
 * the minute's volume allows. `expiryProgress` is 0 until the day of expiry, then rises to 1 at its close.
 */
export function moveBook(
  book: Book,
  flow: number,
  volumeLots: Float64Array,
  expiryProgress: number,
  random: RandomStream,
): void {
  const unwinding = Math.log(1 - EXPIRY_UNWINDING * expiryProgress);
  const sideNoise = [SIDE_NOISE * random.normal(), SIDE_NOISE * random.normal()];
  for (let leg = 0; leg < book.levels.length; leg++) {
    const side = leg % 2;
    const level = book.levels[leg]!;
    const pull = REVERSION * (1 + 9 * expiryProgress) * (book.targets[leg]! + unwinding - level);
    const push = (side === 0 ? -1 : 1) * FLOW_GROWTH * flow;
    const limit = (MAX_SHARE_OF_VOLUME * volumeLots[leg]!) / Math.exp(level);
    const wanted = pull + push + sideNoise[side]! + LEG_NOISE * random.normal();
    book.levels[leg] = level + Math.max(-limit, Math.min(limit, wanted));
  }
}

/** Shows the present positions as whole lots. */
export function publish(book: Book): void {
  for (let leg = 0; leg < book.levels.length; leg++) {
    book.publishedLots[leg] = Math.round(Math.exp(book.levels[leg]!));
  }
}

/** What the next session of the same expiry takes over; strikes that this session did not reach stay as they were. */
export function closeBook({ options, levels: now }: Book): BookState {
  const levels: Record<string, readonly [number, number]> = { ...carriedLevels(options) };
  options.strikes.forEach((strike, row) => {
    levels[strike] = [now[row * 2]!, now[row * 2 + 1]!];
  });
  return { expiry: options.expiry, levels };
}

function carriedLevels({ start, expiry }: BookOptions): BookState['levels'] {
  return start?.expiry === expiry ? start.levels : {};
}

/** Most call positions lie a few strikes above the price, most put positions below; round strikes hold more. */
function targetLevel(options: BookOptions, strike: number, side: number): number {
  const distance = ((strike - options.openPrice) / options.strikeStep) * (side === 0 ? 1 : -1);
  const hill = Math.exp(-(((distance - 3) / 12) ** 2));
  const round =
    strike % (10 * options.strikeStep) === 0 ? 1.4 : strike % (2 * options.strikeStep) === 0 ? 1.15 : 1;
  const own = new RandomStream(options.seed, `oi/${options.exchange}/${options.expiry}/${strike}/${side}`);
  return Math.log(options.peakLots * (0.03 + hill) * round) + 0.15 * own.normal();
}
