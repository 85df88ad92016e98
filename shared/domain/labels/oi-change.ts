import type { ChainPoint, ContractAt, ContractSeries } from './contract-series.ts';
import type { SessionMinutes } from './session-minutes.ts';

/** Open interest is published about this often: an older value at the horizon's end is not the current one. */
export const PUBLISHED_EVERY_MINUTES = 3;
/** Below this share of the ladder's contracts known at both ends, a change says more about what is missing. */
const LEAST_KNOWN_SHARE = 0.5;

/** Strikes on each side of the at-the-money one, and the points between neighbours. */
export interface LadderShape {
  readonly sides: number;
  readonly step: number;
}

/** The contracts of one row's ladder. */
export interface Ladder {
  readonly calls: readonly ContractSeries[];
  readonly puts: readonly ContractSeries[];
}

/** The ladder of a row: the strikes around its own at-the-money one that the session has at all. */
export function ladderOf(
  { expiry, atmStrike }: ChainPoint,
  contractAt: ContractAt,
  shape: LadderShape,
): Ladder {
  const strikes = Array.from(
    { length: 2 * shape.sides + 1 },
    (_, at) => atmStrike + (at - shape.sides) * shape.step,
  );
  const known = (type: 'CE' | 'PE') => strikes.flatMap((strike) => contractAt(expiry, strike, type) ?? []);
  return { calls: known('CE'), puts: known('PE') };
}

/** Change of the open interest of a ladder's calls and puts, in units. */
export interface OiChange {
  readonly ce: number | null;
  readonly pe: number | null;
}

const NONE: OiChange = { ce: null, pe: null };

/**
 * Published open interest of the row's own ladder `horizonMinutes` later less that at the row, over the contracts that
 * have it at both ends. The later value is the newest one of the last three minutes of the horizon. Null
 * with less than half of the ladder, beyond the end of trading (`lastMinutes`), and where no contract of the ladder has
 * changed at all: then nothing was published in between, and the change is not 0 but unknown.
 */
export function oiChange(
  session: SessionMinutes,
  row: number,
  horizonMinutes: number,
  ladder: Ladder,
  shape: LadderShape,
): OiChange {
  const { minutes, lastMinutes } = session;
  const due = minutes[row]! + horizonMinutes;
  if (!(due <= lastMinutes[row]!)) return NONE;
  const [from, to] = rowsWithin(minutes, row, Math.max(due - PUBLISHED_EVERY_MINUTES, minutes[row]!), due);
  const least = LEAST_KNOWN_SHARE * (2 * shape.sides + 1);
  const calls = sideChange(ladder.calls, row, from, to);
  const puts = sideChange(ladder.puts, row, from, to);
  if (!calls.published && !puts.published) return NONE;
  return {
    ce: calls.known >= least ? calls.change : null,
    pe: puts.known >= least ? puts.change : null,
  };
}

/** Rows after `row` in the minutes after `after`, up to and including `until`: [first, last], empty when last < first. */
function rowsWithin(minutes: Float64Array, row: number, after: number, until: number): [number, number] {
  let to = row;
  while (to + 1 < minutes.length && minutes[to + 1]! <= until) to += 1;
  let from = to + 1;
  while (from - 1 > row && minutes[from - 1]! > after) from -= 1;
  return [from, to];
}

function sideChange(contracts: readonly ContractSeries[], row: number, from: number, to: number) {
  let [change, known, published] = [0, 0, false];
  for (const { oi } of contracts) {
    const before = oi[row]!;
    let at = to;
    while (at >= from && Number.isNaN(oi[at]!)) at -= 1;
    if (Number.isNaN(before) || at < from) continue;
    known += 1;
    change += oi[at]! - before;
    published ||= oi[at] !== before;
  }
  return { change, known, published };
}
