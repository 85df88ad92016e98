import type { Calibration } from '../calibration.ts';
import { comparable, type GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/**
 * The bundle's own probabilities on its held-out sessions can be taken at their word: expected calibration error
 * below the cap, Brier score and log-loss no worse than production's (or than the base rates), and every regime with
 * enough rows below its cap.
 */
export function calibrationError(context: GateContext): RuleResult {
  const { candidate, baseline, policy } = context;
  const { cap } = policy.rules.calibration_error;
  const mine = candidate.held_out.calibration;
  const compared = comparable(context).held_out.calibration;
  const theirs = baseline?.held_out.calibration ?? null;
  const complaints =
    mine === null ? ['no held-out row has a label'] : complain(mine, compared, theirs, policy);
  return {
    rule: 'calibration-error',
    pass: complaints.length === 0,
    candidate: mine?.ece ?? null,
    baseline: theirs?.ece ?? null,
    threshold: cap,
    why:
      complaints.length > 0
        ? `Not calibrated: ${complaints.join('; ')}.`
        : `Expected calibration error is ${shown(mine?.ece ?? null)} (cap ${shown(cap)}), Brier ${shown(mine?.brier ?? null)}, ` +
          `log-loss ${shown(mine?.log_loss ?? null)}; every judged regime is within its cap.`,
  };
}

function complain(
  mine: Calibration,
  compared: Calibration | null,
  theirs: Calibration | null,
  policy: GateContext['policy'],
): string[] {
  const limits = policy.rules.calibration_error;
  const found: string[] = [];
  if (!(mine.ece <= limits.cap)) found.push(`error ${shown(mine.ece)} is above the cap ${shown(limits.cap)}`);
  // Without a held-out session in common there is no production to compare with: the base rates stand in.
  const own = theirs === null ? mine : (compared ?? mine);
  const brier = (theirs?.brier ?? own.brier_base_rate) + limits.brier_tolerance;
  const logLoss = (theirs?.log_loss ?? own.log_loss_base_rate) + limits.log_loss_tolerance;
  if (!(own.brier <= brier)) found.push(`Brier ${shown(own.brier)} is above ${shown(brier)}`);
  if (!(own.log_loss <= logLoss)) found.push(`log-loss ${shown(own.log_loss)} is above ${shown(logLoss)}`);
  for (const { regime, rows, ece } of mine.by_regime) {
    if (rows >= limits.regime_min_rows && ece > limits.regime_cap) {
      found.push(`error ${shown(ece)} in regime ${regime} is above its cap ${shown(limits.regime_cap)}`);
    }
  }
  return found;
}
