import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { RejectedInput } from '../../shared/errors.ts';
import { connect, type LocalEndpoint, stateFolder } from '../connection.ts';
import { apiAs, contextOf } from '../context.ts';
import { localControl } from '../control.ts';
import { playChains, playVerdicts, playWatch, recordedDays } from '../demo/chains.ts';
import { playDriftDay } from '../demo/drift-day.ts';
import { playHistory } from '../demo/history.ts';
import { playLiveDay } from '../demo/live-day.ts';
import { openProgress, playedKey } from '../demo/progress-file.ts';
import { at, DEFAULT_EDGE, DEFAULT_SESSIONS, script, tradeLines } from '../demo/script.ts';
import { setting } from '../demo/setting.ts';
import { showNextSteps, showSummary } from '../demo/summary.ts';
import { playPromotions } from '../demo/verdict.ts';
import { clockWords } from '../kept-clock.ts';
import { removeEnvironment, requireNotDeployed, startLocalCloud, stopLocalCloud } from '../local-cloud.ts';
import type { Output } from '../output.ts';
import { trainedBy } from './nightly.ts';

interface DemoOptions {
  readonly chains?: readonly string[];
  readonly sessions: number;
  readonly edge: number;
  readonly fresh?: boolean;
}

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('the whole journey on this machine: simulated sessions, or recorded chains with --chains')
    .option('--chains <files...>', 'recorded chain files (.csv, .csv.gz) instead of the simulator')
    .option('--sessions <count>', 'simulated sessions of history', wholeNumber, DEFAULT_SESSIONS)
    .option('--edge <size>', 'planted edge of the simulated market, 0 for none', fraction, DEFAULT_EDGE)
    .option('--fresh', 'delete what the environment holds and play anew')
    .action(async (options: DemoOptions, command: Command) => {
      const { env, output } = contextOf(command);
      const startedMs = performance.now();
      const report =
        options.chains === undefined
          ? await simulatedDemo(env ?? 'demo', options, output)
          : await recordedDemo(env ?? 'chains', options.chains, options.fresh === true, output);
      const seconds = (performance.now() - startedMs) / 1000;
      output.line();
      output.line(`the demo ended well after ${seconds.toFixed(0)} s`);
      output.result({ ok: true, seconds, ...report });
    });
}

async function simulatedDemo(env: string, { sessions, edge, fresh }: DemoOptions, output: Output) {
  const played = script(sessions, edge);
  const key = JSON.stringify({ seed: played.seed, sessions, edge, policy: played.policy });
  await makeRoom(env, key, fresh === true, output);
  const progress = openProgress(env, key, output);
  const first = at(played.history[0]!, '15:31');
  const local = await startLocalCloud(
    env,
    { gateProfile: 'demo', nightlySchedule: false, simulated: first },
    output,
  );
  await showClock(local, 'and moves with the story', output);
  for (const line of tradeLines(played)) output.line(line);
  const scene = setting(played, connect(env), local, output);
  const history = await progress.scene(
    `${sessions} sessions of ${played.exchanges.join(' and ')}, and their nights`,
    () => playHistory(scene),
  );
  const promotions = await progress.scene('verdict and promotion', () =>
    playPromotions(scene, trainedBy(history.night)),
  );
  const live = await progress.scene('one live day', () => playLiveDay(scene));
  const drift = await progress.scene('the market changes', () => playDriftDay(scene));
  const days = [played.history.at(-1)!, played.liveDay];
  const journeys = await showSummary(scene.viewer, days, progress.seconds(), output);
  showNextSteps(env, output);
  return { promotions, live, drift, journeys, reused: progress.reused };
}

async function recordedDemo(env: string, files: readonly string[], fresh: boolean, output: Output) {
  output.line('reading the files ...');
  const days = await recordedDays(files);
  const key = JSON.stringify({ files, last: days.last });
  await makeRoom(env, key, fresh, output);
  const progress = openProgress(env, key, output);
  const local = await startLocalCloud(env, { nightlySchedule: false, simulated: days.liveFrom }, output);
  await showClock(local, 'and moves with the last half hour, which is played live', output);
  const connection = connect(env);
  const [tracker, viewer] = [apiAs(connection, 'tracker'), apiAs(connection, 'viewer')];
  const scene = { connection, tracker, viewer, control: localControl(local), output };
  const night = await progress.scene('backfill and the nights', () => playChains(scene, files, days));
  const refused = await progress.scene('verdict', () => playVerdicts(scene, night));
  const watched = await progress.scene('those who watch', () => playWatch(scene));
  await showSummary(viewer, days.dates.slice(-1), progress.seconds(), output);
  showNextSteps(env, output);
  return { days: days.dates, night, refused, watched, reused: progress.reused };
}

async function showClock(local: LocalEndpoint, moves: string, output: Output): Promise<void> {
  const clock = await localControl(local).clock();
  output.line(
    `local cloud: ${local.endpoint}, its clock ${clockWords(clock)}${clock.mode === 'simulated' ? ` ${moves}` : ''}`,
  );
}

/**
 * Another story than the one the environment was played with needs an empty one: a clock never goes back.
 * @throws RejectedInput when the environment was deployed, holds what no demo made, or was played with other options
 * and nobody says that it may go.
 */
export async function makeRoom(env: string, key: string, fresh: boolean, output: Output): Promise<void> {
  requireNotDeployed(env);
  const before = playedKey(env);
  if (before === undefined) {
    if (!existsSync(stateFolder(env))) return;
    throw new RejectedInput(
      `env: expected an environment that a demo made, was ${env} with other data; name a new one with --env, or delete it: ./oi reset --env ${env} --yes`,
      { field: 'env' },
    );
  }
  if (!fresh && before === key) return;
  if (!fresh) {
    throw new RejectedInput(
      `env: expected ${env} to be played with the same options, was played with ${before}; ` +
        '--fresh deletes what it holds and plays anew, --env NAME keeps both',
      { field: 'env' },
    );
  }
  output.line(`environment ${env}: deleted with all that it holds, to play anew`);
  await stopLocalCloud(env, output);
  removeEnvironment(env);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 90)
    throw new InvalidArgumentError('expected 1 to 90.');
  return value;
}

function fraction(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('expected 0 to 1.');
  return value;
}
