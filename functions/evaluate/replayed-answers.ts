import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import type { Answer } from '../../shared/domain/evaluation/baseline.ts';
import { type ColumnTable, column } from '../../shared/domain/lake/column-table.ts';
import { minuteOfDay } from '../../shared/domain/market/indian-time.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { type Decision, decide, decisionSchema } from '../../shared/domain/scoring/decide.ts';
import type { Action } from '../../shared/domain/scoring/recommendation.ts';
import { likeliest } from '../../shared/domain/scoring/signal.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { LakeFile, LakeFiles } from '../../shared/ports/lake-files.ts';
import type { ScoredBatch, Scorer } from '../../shared/ports/model-scorer.ts';

const POSITIONS: Readonly<Record<Action, -1 | 0 | 1>> = { SELL: -1, HOLD: 0, BUY: 1 };

export interface ReplayPorts {
  readonly load: (files: ReadonlyMap<string, Uint8Array>) => Promise<Scorer>;
  readonly lake: Pick<LakeFiles, 'read'>;
  readonly registry: Pick<BatchRegistry, 'dayFile'>;
  /** Quality flags whose rows are answered HOLD: the regime filter does not step on them. */
  readonly blocking: readonly string[];
}

/** A loaded bundle that answers for whole sessions. */
export interface Replay {
  /** By minute of the Indian day; undefined where the lake has no rows of the bundle's feature set. */
  readonly answers: (date: string) => Promise<ReadonlyMap<number, Answer> | undefined>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a bundle to be asked about sessions of the lake, by the scorer that answers live, regime filter and thresholds
 * included. Of the manifest's feature set the manifest's own files are read, of another one the files that count now.
 * @throws InvariantViolated when the files are not the version's bundle
 */
export async function openReplay(
  ports: ReplayPorts,
  row: ModelVersion,
  files: ReadonlyMap<string, Uint8Array>,
  manifest: DatasetManifest,
): Promise<Replay> {
  const scorer = await ports.load(files);
  if (scorer.bundle.bundle_hash !== row.bundle_hash) {
    await scorer.close();
    const message = `${row.bundle_prefix}bundle.json: expected the registered bundle ${row.bundle_hash}, was ${scorer.bundle.bundle_hash}`;
    throw new InvariantViolated(message, { field: `${row.bundle_prefix}bundle.json` });
  }
  const decision = decisionSchema.parse(JSON.parse(new TextDecoder().decode(files.get('decision.json'))));
  return {
    async answers(date) {
      const file = await featureFile(ports, row, manifest, date);
      if (file === undefined) return undefined;
      const columns = ['timestamp', ...scorer.bundle.feature_names, 'quality_flags'];
      const table = await ports.lake.read(file, columns);
      return replayed(scorer, decision, table, ports.blocking);
    },
    close: () => scorer.close(),
  };
}

async function featureFile(
  { registry }: ReplayPorts,
  { exchange, feature_set }: ModelVersion,
  manifest: DatasetManifest,
  date: string,
): Promise<LakeFile | undefined> {
  if (feature_set !== manifest.feature_set) {
    return registry.dayFile('features', feature_set, exchange, date);
  }
  return manifest.files.find(
    (file) => file.kind === 'features' && file.exchange === exchange && file.date === date,
  );
}

async function replayed(
  scorer: Scorer,
  decision: Decision,
  table: ColumnTable,
  blocking: readonly string[],
): Promise<ReadonlyMap<number, Answer>> {
  const flags = column(table, 'quality_flags').map((cell) => String(cell ?? '').split(' '));
  const rows = flags.flatMap((own, row) => (own.some((flag) => blocking.includes(flag)) ? [] : [row]));
  const features = scorer.bundle.feature_names.map((name) => column(table, name));
  const matrix = Float64Array.from({ length: rows.length * features.length }, (_, at) => {
    const cell = features[at % features.length]?.[rows[Math.floor(at / features.length)] as number];
    return (cell as number | null) ?? Number.NaN;
  });
  // One session: the regime filter starts afresh on its first row.
  const scores = await scorer.replay(
    matrix,
    rows.map(() => 'session'),
  );
  const times = column(table, 'timestamp') as readonly number[];
  return new Map(
    rows.map((row, at) => [minuteOfDay(times[row] as number), answerAt(scores, at, scorer, decision)]),
  );
}

function answerAt(
  { probabilities, regimeProbabilities }: ScoredBatch,
  at: number,
  { bundle }: Scorer,
  { thresholds }: Decision,
): Answer {
  const [sell, hold, buy] = probabilities.subarray(3 * at, 3 * at + 3) as unknown as [number, number, number];
  const states = regimeProbabilities.subarray(at * bundle.regime_states, (at + 1) * bundle.regime_states);
  const stated = { sell, hold, buy };
  return {
    position: POSITIONS[decide({ probabilities: stated, thresholds }).action],
    probabilities: stated,
    regime: likeliest(states),
  };
}
