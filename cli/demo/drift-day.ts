import { simulateDay } from '../../simulator/market.ts';
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

/** Plays the morning of a market that has changed, and waits for the alert to reach the outbox and Slack. */
export async function playDriftDay(setting: Setting): Promise<DriftReport> {
  const { script, control, output } = setting;
  const before = { emails: (await control.emails()).length, slack: (await control.slackMessages()).length };
  const { seed, edge, specs, driftDay } = script;
  const state = stateAfterHistory(setting);
  const day = simulateDay({ seed, edge, exchanges: specs, date: driftDay, state, drifted: SHIFT });
  const minutes = groupByMinute(day.sessions.flatMap((session) => session.snapshots)).slice(0, MINUTES);
  await control.stand(at(driftDay, '09:10'));
  let snapshots = 0;
  for (const [index, group] of minutes.entries()) {
    snapshots += await postMinute(setting, group);
    output.progress(`changed market ${driftDay}: minutes`, index + 1, minutes.length);
  }
  await control.advanceTo(at(driftDay, '10:46'));
  await control.untilIdle(IDLE_WITHIN_S);
  const emails = (await control.emails()).slice(before.emails).map((email) => email.subject);
  const slack = (await control.slackMessages()).length - before.slack;
  output.line(`${emails.length} e-mails and ${slack} Slack messages arrived:`);
  for (const subject of emails) output.line(`  ${subject}`);
  return { date: driftDay, snapshots, emails, slack };
}
