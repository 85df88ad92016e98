import { openRecordedChain } from '../../shared/adapters/csv/recorded-chain-file.ts';
import { epochMs, MINUTE_MS, sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot, Exchange } from '../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { Api } from '../../shared/ports/api.ts';
import { backfillFile } from '../commands/backfill.ts';
import { type NightReport, runNight, showNight, trainedBy } from '../commands/nightly.ts';
import type { Connection } from '../connection.ts';
import type { LocalControl } from '../control.ts';
import { lakeArrival, showArrival } from '../lake-arrival.ts';
import type { Output } from '../output.ts';
import { groupByMinute, postMinute } from './live-day.ts';
import { showRefusal, showVerdict } from './verdict.ts';

const IDLE_WITHIN_S = 300;
const LIVE_MINUTES = 30;

/** The days of recorded files. */
export interface RecordedDays {
  readonly dates: readonly string[];
  /** Time of the last snapshot (UTC ISO). */
  readonly last: string;
  /** From here on (UTC ISO) the last day is played live; everything before is backfilled. */
  readonly liveFrom: string;
  readonly exchanges: readonly Exchange[];
}

interface Setting {
  readonly connection: Connection;
  readonly tracker: Api;
  readonly control: LocalControl;
  readonly output: Output;
}

type Watch = Pick<Setting, 'control' | 'output'> & { readonly viewer: Api };

interface Finding {
  readonly exchange: Exchange;
  readonly against: string;
  readonly model_version: string;
  readonly why: string;
}

/** Reads the files once to know their days. @throws RejectedInput naming the file that cannot be read. */
export async function recordedDays(files: readonly string[]): Promise<RecordedDays> {
  const dates = new Set<string>();
  const exchanges = new Set<Exchange>();
  let lastMs = 0;
  for (const file of files) {
    const chain = await openRecordedChain(file);
    for await (const { timestamp, exchange } of chain.snapshots) {
      dates.add(sessionDate(epochMs(timestamp)));
      exchanges.add(exchange);
      lastMs = Math.max(lastMs, epochMs(timestamp));
    }
  }
  return {
    dates: [...dates].sort(),
    last: utcIso(lastMs),
    liveFrom: utcIso(lastMs - LIVE_MINUTES * MINUTE_MS),
    exchanges: [...exchanges],
  };
}

/**
 * Recorded chains through every stage. The last half hour of the last day is played live, minute by minute, so that its
 * features are served, scored and compared with the lake's.
 */
export async function playChains(
  setting: Setting,
  files: readonly string[],
  days: RecordedDays,
): Promise<NightReport> {
  const { connection, tracker, control, output } = setting;
  const arrival = lakeArrival(connection);
  const live: ChainSnapshot[] = [];
  const isPast = (snapshot: ChainSnapshot) =>
    epochMs(snapshot.timestamp) < epochMs(days.liveFrom) || live.push(snapshot) === 0;
  for (const file of files) await backfillFile(tracker, file, output, arrival, isPast);
  await control.untilIdle(IDLE_WITHIN_S);
  const minutes = groupByMinute(live);
  for (const [index, minute] of minutes.entries()) {
    await postMinute(setting, minute);
    output.progress('last half hour, live: minutes', index + 1, minutes.length);
  }
  await control.advanceTo(utcIso((await control.now()) + 2 * MINUTE_MS));
  await control.untilIdle(IDLE_WITHIN_S);
  await showArrival(arrival, output);
  let night: NightReport | undefined;
  for (const [index, date] of days.dates.entries()) {
    night = await runNight(connection, { date, train: index === days.dates.length - 1 }, output);
    showNight(night, output);
  }
  if (night === undefined) throw new RangeError('files: expected at least one day, was none');
  return night;
}

/** Shows each verdict, the refusal it means, and what scoring answers: HOLD, and why. */
export async function playVerdicts(setting: Setting, night: NightReport): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const one of trainedBy(night)) {
    await showVerdict(setting, one.evaluate.verdict_key);
    if (!one.evaluate.pass) {
      await showRefusal(setting, one.exchange, one.train.version);
      refused.push(one.exchange);
    }
    const body = { exchange: one.exchange };
    const answer = await setting.tracker.call<Recommendation>({ method: 'POST', path: '/v1/score', body });
    setting.output.line(
      `${one.exchange}: ${answer.action} (${answer.hold_reason ?? 'model'}): ${answer.rationale}`,
    );
  }
  if (refused.length > 0) {
    setting.output.line(
      `the gate refused ${refused.join(', ')}: so few recorded days prove nothing, and that is the right end`,
    );
  }
  return refused;
}

/** Lets a quarter of an hour pass, so that those who watch look once more: here at the candidates that were refused. */
export async function playWatch({ viewer, control, output }: Watch): Promise<readonly string[]> {
  await control.advanceTo(utcIso((await control.now()) + 15 * MINUTE_MS));
  await control.untilIdle(IDLE_WITHIN_S);
  const { reports } = await viewer.call<{ reports: readonly Finding[] }>({
    method: 'GET',
    path: '/v1/drift',
  });
  for (const { exchange, against, model_version, why } of reports) {
    output.line(`drift ${exchange}, against ${against} ${model_version}: ${why}`);
  }
  const slack = await control.slackMessages();
  output.line(`${slack.length} Slack messages arrived`);
  return reports.map(({ exchange }) => exchange);
}
