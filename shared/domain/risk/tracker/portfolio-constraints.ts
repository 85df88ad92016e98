import { fixed } from './fixed.ts';

/** A position as the tracker keeps it; `quantity` in units. */
export interface TrackerPosition {
  /** Anything but CE counts as a put. */
  readonly type?: string | null;
  /** S is sold, anything else bought. */
  readonly side?: string | null;
  readonly quantity?: number;
}

export interface PortfolioProposal {
  readonly positions: readonly TrackerPosition[];
  /** BUY adds, any other word takes away. */
  readonly signal: string;
  readonly lots: number;
  readonly maxPositionSizeLots?: number | null;
  /** In lots. */
  readonly maxNetDelta?: number | null;
  readonly maxTotalExposureRupees?: number | null;
}

export interface ConstraintCheck {
  readonly allowed: boolean;
  readonly reason: string;
}

/** The tracker counts every index in lots of 50 and margins of one size (FEATURES.md, 13.21). */
const UNITS_A_LOT = 50;
const MARGIN_PER_LOT_RUPEES = 175_000;

/**
 * The tracker's portfolio constraints, checked in this order: size, net delta, total exposure. Equal to a limit is
 * allowed; a limit that is missing is not checked. Source: FEATURES.md, section 11.
 */
export function portfolioConstraints(proposal: PortfolioProposal): ConstraintCheck {
  const { lots, maxPositionSizeLots, maxNetDelta, maxTotalExposureRupees } = proposal;
  if (exceeds(lots, maxPositionSizeLots)) {
    return refused(`Position size ${lots} exceeds limit ${maxPositionSizeLots}`);
  }
  const delta = Math.abs(netDelta(proposal.positions) + (proposal.signal === 'BUY' ? lots : -lots));
  if (exceeds(delta, maxNetDelta)) {
    return refused(`Net delta ${fixed(delta, 1)} would exceed limit ${fixed(maxNetDelta, 1)}`);
  }
  const exposure = exposureRupees(proposal.positions) + lots * MARGIN_PER_LOT_RUPEES;
  if (exceeds(exposure, maxTotalExposureRupees)) {
    return refused(
      `Total exposure ${fixed(exposure, 0)} would exceed limit ${fixed(maxTotalExposureRupees, 0)}`,
    );
  }
  return { allowed: true, reason: 'All constraints satisfied' };
}

/** One delta per lot, plus for a bought call, minus for a bought put, the other way round when sold. */
function netDelta(positions: readonly TrackerPosition[]): number {
  return positions.reduce((sum, position) => {
    const direction = (position.type === 'CE' ? 1 : -1) * (position.side === 'S' ? -1 : 1);
    return sum + direction * lotsOf(position);
  }, 0);
}

function exposureRupees(positions: readonly TrackerPosition[]): number {
  return positions.reduce((sum, position) => sum + lotsOf(position) * MARGIN_PER_LOT_RUPEES, 0);
}

function lotsOf(position: TrackerPosition): number {
  return (position.quantity ?? 0) / UNITS_A_LOT;
}

function exceeds(value: number, limit: number | null | undefined): limit is number {
  return limit !== undefined && limit !== null && value > limit;
}

function refused(reason: string): ConstraintCheck {
  return { allowed: false, reason };
}
