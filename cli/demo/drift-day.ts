import { InvariantViolated } from '../../shared/errors.ts';
import { simulateDay } from '../../simulator/market.ts';
import type { Output } from '../output.ts';
import { groupByMinute, postMinute, stateAfterHistory } from './live-day.ts';
import { at } from './script.ts';
import type { Setting } from './setting.ts';

/** A market that the model has never seen: volatility times three, implied volatility up by ten, twice the put OI. */
const SHIFT = { volatilityFactor: 3, ivShiftPct: 10, putOiFactor: 2.5 };
/** Half an hour of history, and enough rows for the drift rules after it. */
const MINUTES = 90;
const IDLE_WITHIN_S = 120;

export interface DriftReport {
  readonly date: string;
  readonly snapshots: number;
  readonly emails: readonly string[];
  readonly slack: number;
}

/**
 * Plays the morning of a market that has changed, and waits for the alert to reach the outbox and Slack. `limit` ends
 * the morning early, in minutes; the drift rules need 60 of them.
 * @throws InvariantViolated when none does.
 */
export async function playDriftDay(setting: Setting, limit: number = MINUTES): Promise<DriftReport> {
  const { script, control, output } = setting;
  const { seed, edge, specs, exchanges, driftDay } = script;
  const state = stateAfterHistory(setting);
  const day = simulateDay({ seed, edge, exchanges: specs, date: driftDay, state, drifted: SHIFT });
  const minutes = groupByMinute(day.sessions.flatMap((session) => session.snapshots)).slice(0, limit);
  await control.stand(at(driftDay, '09:10'));
  let snapshots = 0;
  for (const [index, group] of minutes.entries()) {
    snapshots += await postMinute(setting, group, exchanges);
    output.progress(`changed market ${driftDay}: minutes`, index + 1, minutes.length);
  }
  await control.advanceTo(at(driftDay, '10:46'));
  await control.untilIdle(IDLE_WITHIN_S);
  // Both begin with the moment of the cloud's clock, so that a scene played again finds what the first try sent.
  const emails = (await control.emails()).filter(({ file }) => String(file) >= driftDay);
  const slack = (await control.slackMessages()).filter(({ receivedAt }) => String(receivedAt) >= driftDay);
  return arrived(
    { date: driftDay, snapshots, emails: emails.map(({ subject }) => subject), slack: slack.length },
    output,
  );
}

function arrived(report: DriftReport, output: Output): DriftReport {
  const { date, emails, slack } = report;
  output.line(`${emails.length} e-mails and ${slack} Slack messages arrived:`);
  for (const subject of emails) output.line(`  ${subject}`);
  requireAlert(date, emails, slack);
  return report;
}

/** An alert that nobody gets is none: without it the scene has failed. */
export function requireAlert(date: string, emails: readonly string[], slack: number): void {
  if (emails.some((subject) => subject.includes('drift')) && slack > 0) return;
  throw new InvariantViolated(
    `${date}: expected a drift alert by e-mail and in Slack, was ${emails.length} e-mails ` +
      `(${emails.join('; ') || 'none'}) and ${slack} Slack messages; see the logs of drift and alert`,
  );
}
