import type { StoredFeedback } from '../../shared/domain/audit/feedback.ts';
import type { FollowedOutcome, HorizonResult } from '../../shared/domain/outcomes/outcome.ts';
import type { TradeMark } from '../../shared/domain/outcomes/trade-mark.ts';

interface Afterwards {
  readonly marks: readonly TradeMark[];
  readonly outcomes: readonly FollowedOutcome[];
  readonly feedback: readonly StoredFeedback[];
}

/** What became of an answer, a line each: its trades as re-marked, every horizon, corrections, what operators said. */
export function afterwards({ marks, outcomes, feedback }: Afterwards): string[] {
  return [
    ...marks.map(markLine),
    ...outcomes.flatMap((outcome) => [
      `outcome after ${outcome.horizon} minutes: ${resultWords(outcome)}`,
      ...outcome.horizons
        .filter(({ horizon }) => horizon !== outcome.horizon)
        .map(
          (one) =>
            `  ${one.horizon === 'close' ? 'at the close' : `after ${one.horizon} minutes`}: ${resultWords(one)}`,
        ),
      ...outcome.earlier.map(
        (one) =>
          `  put right at ${one.replaced_at}: it had said ${resultWords({ ...one, horizon: outcome.horizon })}, trade ${rupees(one.trade_pnl)}`,
      ),
    ]),
    ...feedback.map(feedbackLine),
  ];
}

function markLine(mark: TradeMark): string {
  const { trade_id, chain, status, marked_pnl, claimed_pnl, difference, reason, corrections } = mark;
  const against = mark.exposure_inverted ? ', against the recommendation: it counts for nothing' : '';
  const again = corrections === 0 ? '' : `, put right ${corrections} times`;
  if (marked_pnl === null) {
    return `marked ${trade_id} ${status}: no price of its own (${(reason ?? 'none').replaceAll('_', ' ')}), claimed ${rupees(claimed_pnl)}${against}${again}`;
  }
  const apart = difference === null ? '' : `, claimed ${rupees(claimed_pnl)}, apart by ${rupees(difference)}`;
  return `marked ${trade_id} ${status}: ${rupees(marked_pnl)} by the prices of ${chain}${apart}${against}${again}`;
}

function resultWords({
  status,
  reason,
  realised_return,
  correct,
}: Omit<HorizonResult, 'realised_direction'>): string {
  if (status === 'pending') return 'not known yet';
  if (status === 'unresolvable') return `never known (${(reason ?? 'no reason').replaceAll('_', ' ')})`;
  const right = correct === null ? '' : correct ? ', as it said' : ', not as it said';
  return `moved ${((realised_return ?? 0) * 100).toFixed(3)} %${right}`;
}

function feedbackLine({ label, note, by, recorded_at }: StoredFeedback): string {
  const word = { '-1': 'down', '0': 'flat', '1': 'up' }[String(label)];
  return `feedback ${word} by ${by} at ${recorded_at}${note === null ? '' : `: ${note}`}`;
}

function rupees(value: number | null): string {
  return value === null ? '-' : `${value < 0 ? '' : '+'}${value.toFixed(0)} rupees`;
}
