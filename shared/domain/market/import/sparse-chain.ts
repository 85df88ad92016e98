import { sessionDate } from '../indian-time.ts';
import { EXCHANGES, type Exchange, type Leg } from '../snapshot.ts';
import type { ImportedSnapshot } from './import-summary.ts';
import { nearestStrike } from './nearest-strike.ts';
import { FOLLOWED } from './recorded-chain.ts';
import { indianIso, type SparseRow } from './sparse-row.ts';

/** The mark of snapshots whose legs were carried: never to be priced from. */
export const IMPORTED_SPARSE = 'imported_sparse';

/** Why a stored leg opened no snapshot. Every row read is either used or skipped for exactly one of these. */
export const SPARSE_SKIP_REASONS = {
  other_exchange: 'an exchange that is none of ours',
  no_expiry: 'no time to expiry, so the contract is unknown',
  other_expiry: 'another expiry than the first row of its moment',
  duplicate_leg: 'the same strike and type a second time at one moment',
  no_underlying_price: 'no price of the underlying at that moment; the open interest is carried on',
} as const;
export type SparseSkipReason = keyof typeof SPARSE_SKIP_REASONS;

/** What the rows of one exchange and moment gave. `used + sum of skipped` is the number of rows. */
export interface SparseMoment {
  readonly snapshot: ImportedSnapshot | undefined;
  readonly used: number;
  /** Legs of the snapshot that were not stored at this moment. */
  readonly carriedLegs: number;
  readonly skipped: Readonly<Partial<Record<SparseSkipReason, number>>>;
}

type CarriedLeg = Pick<SparseRow, 'symbol' | 'strike' | 'optionType' | 'oi'>;

interface Session {
  readonly date: string;
  readonly expiry: string;
  readonly legs: Map<string, CarriedLeg>;
}

/**
 * Turns the tracker's stored legs, which it writes only when their OI changed, back into chains: a leg keeps its OI
 * until the next row of it, within its exchange's session and expiry. Price, volume, volatility and quotes are null:
 * those stored are of different moments. A leg not yet stored in the session is absent. A stored blank OI is null
 * from then on.
 */
export class SparseCarry {
  private readonly sessions = new Map<string, Session>();

  /** The rows of one exchange with one timestamp; moments must come in the order of time. */
  settle(rows: readonly SparseRow[]): SparseMoment {
    const skipped: Partial<Record<SparseSkipReason, number>> = {};
    const skip = (reason: SparseSkipReason, count = 1) => {
      skipped[reason] = (skipped[reason] ?? 0) + count;
    };
    const price = rows.find((row) => row.underlyingPrice !== null)?.underlyingPrice ?? null;
    const expiry = rows.find((row) => row.expiry !== null)?.expiry ?? null;
    const stored = new Set<string>();
    let session: Session | undefined;
    for (const row of rows) {
      const reason = skipReason(row, expiry, stored);
      if (reason !== undefined) {
        skip(reason);
        continue;
      }
      session ??= this.sessionOf(row);
      stored.add(legKey(row));
      session.legs.set(legKey(row), row);
    }
    if (session === undefined) return { snapshot: undefined, used: 0, carriedLegs: 0, skipped };
    if (price === null) {
      skip('no_underlying_price', stored.size);
      return { snapshot: undefined, used: 0, carriedLegs: 0, skipped };
    }
    const snapshot = snapshotOf(rows[0]!, session, price);
    return { snapshot, used: stored.size, carriedLegs: session.legs.size - stored.size, skipped };
  }

  private sessionOf({ exchange, timestampMs, expiry }: SparseRow): Session {
    const date = sessionDate(timestampMs);
    const open = this.sessions.get(exchange);
    if (open?.date === date && open.expiry === expiry) return open;
    const session = { date, expiry: expiry!, legs: new Map<string, CarriedLeg>() };
    this.sessions.set(exchange, session);
    return session;
  }
}

function skipReason(
  row: SparseRow,
  expiry: string | null,
  stored: ReadonlySet<string>,
): SparseSkipReason | undefined {
  if (!isFollowed(row.exchange)) return 'other_exchange';
  if (row.expiry === null) return 'no_expiry';
  if (row.expiry !== expiry) return 'other_expiry';
  return stored.has(legKey(row)) ? 'duplicate_leg' : undefined;
}

function isFollowed(exchange: string): exchange is Exchange {
  return (EXCHANGES as readonly string[]).includes(exchange);
}

const legKey = ({ strike, optionType }: CarriedLeg) => `${strike}${optionType}`;

const STRIKE_STEP = new Map(
  Object.values(FOLLOWED).flatMap(({ nearest, monthly, strikeStep }) => [
    [nearest, strikeStep],
    [monthly, strikeStep],
  ]),
);

function snapshotOf({ exchange, timestampMs }: SparseRow, session: Session, price: number): ImportedSnapshot {
  return {
    schema: 1,
    origin: IMPORTED_SPARSE,
    exchange: exchange as Exchange,
    timestamp: indianIso(timestampMs),
    expiry: session.expiry,
    underlying_price: price,
    underlying_volume: null,
    atm_strike: nearestStrike(price, STRIKE_STEP.get(exchange as Exchange)!),
    future_price: null,
    future_oi: null,
    vix: null,
    macro: null,
    legs: [...session.legs.values()]
      .sort((a, b) => a.strike - b.strike || (a.optionType < b.optionType ? -1 : 1))
      .map(legOf),
  };
}

function legOf({ symbol, strike, optionType, oi }: CarriedLeg): Leg {
  return {
    ...{ symbol, strike, option_type: optionType, oi },
    ...{ ltp: null, volume: null, iv: null, best_bid: null, best_ask: null },
    ...{ bid_quantity: null, ask_quantity: null },
  };
}
