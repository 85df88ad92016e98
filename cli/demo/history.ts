import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import { simulateDays } from '../../simulator/market.ts';
import { type NightReport, runNight, showNight } from '../commands/nightly.ts';
import { lakeArrival } from '../lake-arrival.ts';
import { postSnapshots } from '../post-snapshots.ts';
import { at } from './script.ts';
import type { Setting } from './setting.ts';

/**
 * The last sessions are posted right after their close, so that their last hour is served live and can be compared
 * with what the lake gives; the others come later in the evening, as history does.
 */
const PROMPT_SESSIONS = 3;
const IDLE_WITHIN_S = 120;

export interface HistoryReport {
  readonly sessions: number;
  readonly snapshots: number;
  readonly night: NightReport;
}

/** Posts every session through the signed API, evening by evening, and runs each night; the last one trains. */
export async function playHistory(setting: Setting): Promise<HistoryReport> {
  const { script, output } = setting;
  let snapshots = 0;
  let night: NightReport | undefined;
  const { seed, edge, specs, history } = script;
  let played = 0;
  for (const day of simulateDays({ seed, edge, exchanges: specs, dates: history })) {
    const isLast = played === history.length - 1;
    snapshots += await postEvening(
      setting,
      day.date,
      day.sessions.flatMap((session) => session.snapshots),
      history.length - played <= PROMPT_SESSIONS ? '15:31' : '17:00',
    );
    if (isLast) output.line(`training on ${history.length} sessions ...`);
    night = await runNight(setting.connection, { date: day.date, train: isLast }, output);
    played += 1;
    output.progress('sessions posted, compacted, labelled, versioned', played, history.length);
  }
  if (night === undefined) throw new RangeError('sessions: expected at least one, was none');
  showNight(night, output);
  return { sessions: history.length, snapshots, night };
}

async function postEvening(
  { control, tracker, connection }: Setting,
  date: string,
  snapshots: readonly ChainSnapshot[],
  clock: string,
): Promise<number> {
  await control.stand(at(date, clock));
  const arrival = lakeArrival(connection);
  const { accepted } = await postSnapshots(tracker, snapshots, undefined, (snapshot) =>
    arrival.expect(snapshot),
  );
  await control.untilIdle(IDLE_WITHIN_S);
  // The batch window is a minute: let it pass.
  await control.advanceTo(new Date((await control.now()) + 61_000).toISOString());
  await control.untilIdle(IDLE_WITHIN_S);
  await arrival.untilArrived(() => {});
  return accepted;
}
