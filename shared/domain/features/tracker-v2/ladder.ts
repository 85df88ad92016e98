import type { Leg } from '../../market/snapshot.ts';
import type { FeatureWindow } from '../window.ts';
import { oiHistory, percentChange } from './series.ts';

/** One side of the ladder by rising strike; all lists have the same length, a missing value is NaN. */
export interface LadderSide {
  /** Strikes away from the at-the-money one: negative below it. */
  readonly positions: number[];
  /** Newest open interest, 0 when missing. */
  readonly oi: number[];
  /** Day's volume, 0 when missing. */
  readonly volume: number[];
  readonly iv: number[];
  /** Open-interest change over 3, 5 and 10 entries, percent. */
  readonly change3: number[];
  readonly change5: number[];
  readonly change10: number[];
  readonly legs: Leg[];
}

export interface Ladder {
  readonly calls: LadderSide;
  readonly puts: LadderSide;
}

/**
 * The legs of the last snapshot that lie on the strike grid within the ladder (FEATURES.md, W7 and W8); off-grid
 * and further legs are left out.
 */
export function ladderOf(window: FeatureWindow): Ladder {
  const ladder = { calls: emptySide(), puts: emptySide() };
  const { legs, atm_strike: atm } = window.snapshots.at(-1)!;
  const { strikeStep, ladderSides } = window;
  const placed: { leg: Leg; position: number; index: number }[] = [];
  for (let index = 0; index < legs.length; index += 1) {
    const leg = legs[index]!;
    const position = Math.round((leg.strike - atm) / strikeStep);
    if (Math.abs(position) > ladderSides || atm + position * strikeStep !== leg.strike) continue;
    placed.push({ leg, position, index });
  }
  placed.sort((a, b) => a.position - b.position);
  for (const { leg, position, index } of placed) {
    addLeg(
      leg.option_type === 'CE' ? ladder.calls : ladder.puts,
      leg,
      position,
      oiHistory(window, leg.symbol, index),
    );
  }
  return ladder;
}

function emptySide(): LadderSide {
  return { positions: [], oi: [], volume: [], iv: [], change3: [], change5: [], change10: [], legs: [] };
}

function addLeg(side: LadderSide, leg: Leg, position: number, history: readonly number[]): void {
  const oi = history[0]!;
  side.positions.push(position);
  side.oi.push(Number.isNaN(oi) ? 0 : oi);
  side.volume.push(leg.volume ?? 0);
  side.iv.push(leg.iv ?? Number.NaN);
  side.change3.push(percentChange(history, 3));
  side.change5.push(percentChange(history, 5));
  side.change10.push(percentChange(history, 10));
  side.legs.push(leg);
}
