import { type Command, Option } from 'commander';
import { FEATURE_SETS } from '../../shared/domain/features/feature-sets.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { type BlockedRows, blockedRowsText } from '../../shared/domain/training/blocked-rows.ts';
import { MODEL_FAMILIES } from '../../shared/domain/training/families.ts';
import { TARGET_NAMES } from '../../shared/domain/training/targets.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { Connection } from '../connection.ts';
import { contextOf } from '../context.ts';
import { causeText, machineFailure, runMachine } from '../executions.ts';
import { type Evaluated, verdictWords } from '../models/verdict-words.ts';
import { calendarDate } from '../options.ts';
import type { Output } from '../output.ts';

interface NightOptions {
  readonly date?: string;
  readonly exchange?: readonly string[];
  readonly train?: boolean;
  readonly featureSet?: string;
  readonly family?: string;
  readonly target?: readonly string[];
}

export function nightlyCommand(program: Command): void {
  program
    .command('nightly')
    .description('run the evening: compact, features, labels, outcomes, dataset, train, evaluate')
    .option('--date <date>', 'the session (YYYY-MM-DD); today when left out', calendarDate)
    .addOption(new Option('--exchange <name...>', 'only these exchanges').choices([...EXCHANGES]))
    .option('--no-train', 'stop after the dataset')
    .addOption(
      new Option(
        '--feature-set <id>',
        'learn from this set; the one of config/features when left out',
      ).choices(FEATURE_SETS.map(({ id }) => id)),
    )
    .addOption(
      new Option(
        '--family <name>',
        'train this model family; the one of config/training when left out',
      ).choices([...MODEL_FAMILIES]),
    )
    .addOption(
      new Option(
        '--target <name...>',
        'train for these targets; those of config/training when left out',
      ).choices([...TARGET_NAMES]),
    )
    .action(async (options: NightOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const night = await runNight(connect(), options, output);
      showNight(night, output);
      const failed = failuresOf(night);
      if (failed > 0) process.exitCode = 1;
      output.result({ ok: failed === 0, ...night });
    });
}

/** What the nightly machine answered; see infra/machines/nightly.ts. */
export interface NightReport extends Record<string, unknown> {
  readonly date: string;
  readonly trading_day: boolean;
  readonly days?: readonly DayReport[];
  readonly dataset?: {
    readonly version: string;
    readonly content_hash: string;
    readonly records: Record<string, number>;
  };
  readonly training?: readonly TrainingReport[];
}

interface Failed {
  readonly ok: false;
  readonly exchange: string;
  readonly error: string;
  readonly cause: string;
}
interface FeatureSetDay {
  readonly set: string;
  readonly rows: number;
  readonly served: number;
  readonly equal: number;
  readonly first_difference: string | null;
}
type DayReport =
  | Failed
  | {
      readonly ok: true;
      readonly exchange: string;
      readonly compact: { readonly snapshots: number; readonly rows: number; readonly path: string };
      readonly feature: {
        /** Over all sets. */
        readonly rows: number;
        readonly served: number;
        readonly equal: number;
        readonly sets?: readonly FeatureSetDay[];
      };
      readonly label: {
        readonly rows: number;
        readonly labelled: number;
        readonly pnl_missing?: string | null;
      };
      readonly outcome: Record<string, unknown>;
    };
interface Targeted {
  /** What it was trained for; the target in production when left out. */
  readonly target?: string;
}
export type TrainingReport =
  | (Failed & Targeted)
  | (Targeted & {
      readonly ok: true;
      readonly exchange: string;
      readonly train: {
        readonly version: string;
        readonly exploratory: boolean;
        readonly labelled_rows: number;
        readonly blocked_rows?: BlockedRows;
      };
      readonly evaluate: Evaluated & {
        readonly verdict_key: string;
        readonly promote: boolean;
        readonly approval?: { readonly expires_after_days: number } | null;
      };
    });

/** A night's candidates for production. @throws InvariantViolated with the reasons when it left none. */
export function trainedBy({ date, training = [] }: NightReport): Extract<TrainingReport, { ok: true }>[] {
  const trained = training.filter((one) => one.ok).filter((one) => targetOf(one) === PRODUCTION_TARGET);
  if (trained.length > 0) return trained;
  const reasons = training.map((one) => (one.ok ? '' : `${one.exchange}: ${causeText(one.cause)}`));
  throw new InvariantViolated(
    `${date}: expected a candidate of one exchange at least, was none (${reasons.join('; ') || 'no day was ready'})`,
  );
}

/** How many exchanges' nights, or trainings, ended in an error; a candidate that the gate refuses is none. */
export function failuresOf({ days = [], training = [] }: NightReport): number {
  return [...days, ...training].filter(({ ok }) => !ok).length;
}

/**
 * Runs the nightly machine and waits for it.
 * @throws RejectedInput or NotFound when the request was wrong, InvariantViolated with the machine's words otherwise.
 */
export async function runNight(
  connection: Connection,
  options: NightOptions,
  output: Output,
): Promise<NightReport> {
  const input = {
    ...(options.date === undefined ? {} : { date: options.date }),
    ...(options.exchange === undefined ? {} : { exchanges: options.exchange }),
    ...(options.featureSet === undefined ? {} : { feature_set: options.featureSet }),
    ...(options.family === undefined ? {} : { family: options.family }),
    ...(options.target === undefined ? {} : { targets: options.target }),
    train: options.train ?? true,
  };
  const started = performance.now();
  const night = await runMachine(connection, connection.nightlyMachineArn, input, (state) => {
    if (performance.now() - started > 2000) output.line(`  ${state} ...`);
  });
  if (night.status === 'SUCCEEDED') return night.output as NightReport;
  throw machineFailure(`nightly${options.date === undefined ? '' : ` ${options.date}`}`, night);
}

export function showNight(night: NightReport, output: Output): void {
  if (!night.trading_day) {
    output.line(
      `${night.date}: no snapshots of that day in the lake, nothing to do; backfill them first, or check the date`,
    );
    return;
  }
  const days = (night.days ?? []).map((day) =>
    day.ok
      ? [
          day.exchange,
          day.compact.snapshots,
          rowsOf(day.feature),
          day.label.labelled,
          `${day.feature.equal}/${day.feature.served}`,
        ]
      : [day.exchange, '-', '-', '-', `${day.error}: ${causeText(day.cause)}`],
  );
  output.table(['exchange', 'snapshots', 'feature rows', 'labelled', 'served equal'], days);
  for (const line of differenceLines(night)) output.line(line);
  for (const line of unlabelledLines(night)) output.line(line);
  if (night.dataset)
    output.line(`dataset ${night.dataset.version}  ${night.dataset.content_hash.slice(0, 16)}`);
  for (const one of night.training ?? []) output.line(trainingLine(one));
}

/** Feature rows set by set, in the order of the configuration. Example: `346 + 346`. */
function rowsOf({ rows, sets = [] }: { rows: number; sets?: readonly FeatureSetDay[] | undefined }): string {
  return sets.length === 0 ? String(rows) : sets.map((set) => set.rows).join(' + ');
}

/** One line for each exchange whose profit and loss could not be labelled, with the reason. */
function unlabelledLines({ days = [] }: NightReport): string[] {
  return days.flatMap((day) =>
    day.ok && day.label.pnl_missing
      ? [`${day.exchange}: profit and loss not labelled: ${day.label.pnl_missing}`]
      : [],
  );
}

/** One line for each set of which rows were served that the lake does not repeat. */
function differenceLines({ days = [] }: NightReport): string[] {
  return days.flatMap((day) =>
    (day.ok ? (day.feature.sets ?? []) : [])
      .filter(({ served, equal }) => equal < served)
      .map(
        ({ set, served, equal, first_difference }) =>
          `${day.exchange}: ${served - equal} of ${served} served rows of ${set} differ from the lake, first ${first_difference}`,
      ),
  );
}

const targetOf = ({ target = PRODUCTION_TARGET }: Targeted): string => target;

function trainingLine(one: TrainingReport): string {
  const target = targetOf(one);
  const whose = target === PRODUCTION_TARGET ? one.exchange : `${one.exchange} ${target}`;
  if (!one.ok) return `${whose}: not trained: ${one.error}: ${causeText(one.cause)}`;
  const { version, labelled_rows, blocked_rows } = one.train;
  const blocked = blocked_rows === undefined ? '' : blockedRowsText(blocked_rows);
  return `${whose}: candidate ${version} from ${labelled_rows} labelled rows${blocked && `, ${blocked}`}: ${verdictWords(one.evaluate)}`;
}
