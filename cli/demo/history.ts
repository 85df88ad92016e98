import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import { simulateDays } from '../../simulator/market.ts';
import { type NightReport, runNight, showNight, type TrainingReport } from '../commands/nightly.ts';
import { runTraining } from '../commands/train.ts';
import { lakeArrival } from '../lake-arrival.ts';
import { postSnapshots } from '../post-snapshots.ts';
import { groupByMinute, postMinute } from './live-day.ts';
import { at } from './script.ts';
import type { Setting } from './setting.ts';

/**
 * The last hour of the last two sessions is played minute by minute, so that its features are served live and the gate
 * can compare them with what the lake gives; everything before is backfilled, as history is.
 */
const LIVE_SESSIONS = 2;
const LIVE_FROM = '14:35';
/** The morning is backfilled a little before: the clock moves on by a batch window while it is. */
const BACKFILL_AT = '14:34';
const IDLE_WITHIN_S = 120;

export interface HistoryReport {
  readonly sessions: number;
  readonly snapshots: number;
  readonly night: NightReport;
}

/**
 * Posts every session through the signed API, evening by evening, and runs each night. After the last one a candidate of
 * each exchange is trained and judged; a chain that is only traded needs none. Of the last `liveSessions` the last hour
 * is played live.
 */
export async function playHistory(
  setting: Setting,
  liveSessions: number = LIVE_SESSIONS,
): Promise<HistoryReport> {
  const { script, output } = setting;
  let snapshots = 0;
  let night: NightReport | undefined;
  const { seed, edge, specs, history } = script;
  let played = 0;
  for (const day of simulateDays({ seed, edge, exchanges: specs, dates: history })) {
    const all = day.sessions.flatMap((session) => session.snapshots);
    const live = history.length - played <= liveSessions;
    snapshots += live
      ? await playAfternoon(setting, day.date, all)
      : await postDay(setting, day.date, '17:00', all);
    night = await runNight(setting.connection, { date: day.date, train: false }, output);
    played += 1;
    output.progress('sessions posted, compacted, labelled, versioned', played, history.length);
  }
  if (night === undefined) throw new RangeError('sessions: expected at least one, was none');
  output.line(`training on ${history.length} sessions ...`);
  const trained = { ...night, training: await trainExchanges(setting, night) };
  showNight(trained, output);
  return { sessions: history.length, snapshots, night: trained };
}

/** One candidate an exchange from the night's dataset, one after the other as in a night. */
async function trainExchanges(
  { script, connection, output }: Setting,
  { dataset }: NightReport,
): Promise<TrainingReport[]> {
  const reports: TrainingReport[] = [];
  for (const exchange of script.exchanges) {
    const asked = { exchange, target: PRODUCTION_TARGET, dataset: dataset?.version };
    const { training } = await runTraining(connection, asked, output);
    // Both machines run the same training: what the night's report names is there as well.
    reports.push(...(training as readonly TrainingReport[]));
  }
  return reports;
}

/** Backfills the session until the afternoon, plays its last hour live, and ends after the close. */
async function playAfternoon(setting: Setting, date: string, all: readonly ChainSnapshot[]): Promise<number> {
  const isLive = (snapshot: ChainSnapshot) => snapshot.timestamp >= at(date, LIVE_FROM);
  let accepted = await postDay(
    setting,
    date,
    BACKFILL_AT,
    all.filter((snapshot) => !isLive(snapshot)),
  );
  const { exchanges } = setting.script;
  for (const minute of groupByMinute(all.filter(isLive))) {
    accepted += await postMinute(setting, minute, exchanges);
  }
  await setting.control.advanceTo(at(date, '15:35'));
  await setting.control.untilIdle(IDLE_WITHIN_S);
  return accepted;
}

/** Backfills snapshots of a day while the clock stands at `clock`, until each of them is in the lake. */
async function postDay(
  { control, tracker, connection }: Setting,
  date: string,
  clock: string,
  snapshots: readonly ChainSnapshot[],
): Promise<number> {
  await control.stand(at(date, clock));
  const arrival = lakeArrival(connection);
  const { accepted, rejected } = await postSnapshots(tracker, snapshots, undefined, (snapshot) =>
    arrival.expect(snapshot),
  );
  const [refused] = rejected;
  if (refused !== undefined) {
    throw new InvariantViolated(
      `${date}: expected every snapshot accepted, was ${refused.timestamp}: ${refused.reason}`,
    );
  }
  await control.untilIdle(IDLE_WITHIN_S);
  // The batch window is a minute: let it pass.
  await control.advanceTo(new Date((await control.now()) + 61_000).toISOString());
  await control.untilIdle(IDLE_WITHIN_S);
  await arrival.untilArrived(() => {});
  return accepted;
}
