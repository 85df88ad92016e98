import { recordName } from '../../shared/domain/audit/log-entry.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import type { HistoryRow, ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { featureValue } from '../../shared/domain/scoring/drivers.ts';
import type { RecommendationTrail } from '../../shared/ports/recommendation-store.ts';
import type { AuditProof } from '../audit/proof.ts';
import { explanation } from './explanation.ts';
import type { EvidenceFile, Missing } from './folder.ts';

/** All that is known of one answer. */
export interface Evidence {
  readonly trail: RecommendationTrail;
  /** What `./oi replay` found. */
  readonly replay: Readonly<Record<string, unknown>> & { readonly row: FeatureRow | null };
  /** Answers of the registry that the replay read (cli/replay/kept-reads.ts), and the lake's files. */
  readonly answers: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly model: ModelVersion | null;
  /** The event by which the version went live before the answer. */
  readonly deployment: HistoryRow | null;
  /** Of the answer and of its trades; empty until they are sealed. */
  readonly proofs: readonly AuditProof[];
}

/** The files of a folder of evidence, and what is not there. */
export function evidenceFiles(evidence: Evidence): {
  readonly files: readonly EvidenceFile[];
  readonly missing: readonly Missing[];
} {
  const { trail, replay, model, deployment, proofs, answers } = evidence;
  const { row, ...found } = replay;
  const parts: readonly Part[] = [
    [
      'recommendation.json',
      'the answer as recorded, with its drivers',
      'audit-proof.json',
      trail.recommendation,
    ],
    ['features.json', 'the feature row that was scored, by name', './oi replay --from', row && named(row)],
    ['replay.json', 'the answer computed again, and what differs', './oi replay --from', found],
    ['model.json', 'the version that answered, with the hashes of bundle and verdict', 'bundle.json', model],
    ['deployment.json', 'who put the version live, when and why', './oi models export', deployment],
    ['trades.json', 'every report of its trades', 'audit-proof.json', some(trail.trades)],
    [
      'marks.json',
      'its trades as recorded prices mark them, claims beside',
      'later snapshots',
      some(trail.marks),
    ],
    ['outcomes.json', 'what became of it at each horizon', 'later snapshots', some(trail.outcomes)],
    ['feedback.json', 'what operators said of it', 'audit-proof.json', some(trail.feedback)],
    ['audit-proof.json', 'its places in the signed log', './oi audit verify --proof', some(proofs)],
    ['reads.json', 'the registry rows that name the files below lake/', './oi replay --from', answers],
  ];
  const kept = parts.filter(([, , , content]) => content !== null);
  const lake = [...evidence.files].map(([key, content]) => ({
    path: `lake/${key}`,
    what: whatIs(key, model),
    check: 'sha256sum',
    content,
  }));
  return {
    files: [
      {
        path: 'explanation.txt',
        what: 'all of it in plain words: read this first',
        check: 'the files below',
        content: explanation(trail, evidence.files),
      },
      ...kept.map(([path, what, check, content]) => ({ path, what, check, content: json(content) })),
      ...lake,
    ],
    missing: [
      ...parts.flatMap(([path, , , content]) =>
        content === null ? [{ path, why: WHY_NOT[path] ?? 'none is recorded' }] : [],
      ),
      ...unproved(evidence),
    ],
  };
}

type Part = readonly [path: string, what: string, check: string, content: unknown];

const NOT_SEALED = 'is not sealed yet: write the evidence again in a minute';

const WHY_NOT: Readonly<Record<string, string>> = {
  'features.json':
    'it was answered without a row, its snapshot is not in the lake yet, or records did not yet keep posted features',
  'model.json': 'no model answered',
  'deployment.json': 'no model answered, or the history has no switch to its version',
  'trades.json': 'no trade was reported',
  'marks.json': 'no trade was reported, or the outcome stage has not run since',
  'feedback.json': 'no operator said anything',
  'outcomes.json': 'its horizon has not passed, or the outcome stage has not run since',
  'audit-proof.json': `it ${NOT_SEALED}`,
};

/** Records that came after what is sealed; where nothing is, the file itself is missing. */
function unproved({ trail, proofs }: Evidence): Missing[] {
  if (proofs.length === 0) return [];
  const sealed = new Set(proofs.map(({ entry }) => recordName(JSON.parse(entry))));
  return [trail.recommendation, ...trail.trades, ...trail.feedback]
    .map((record) => recordName({ ...record }))
    .filter((name) => !sealed.has(name))
    .map((name) => ({ path: 'audit-proof.json', why: `${name} ${NOT_SEALED}` }));
}

function some<Item>(list: readonly Item[]): readonly Item[] | null {
  return list.length === 0 ? null : list;
}

function named({ values, ...row }: FeatureRow) {
  const names = featureNames(featureSetById(row.feature_set));
  return {
    ...row,
    values: Object.fromEntries(names.map((name, at) => [name, featureValue(values[at] as number)])),
  };
}

function whatIs(key: string, model: ModelVersion | null): string {
  if (key === model?.verdict_key) return 'the verdict';
  if (key.startsWith('models/')) return 'of the bundle';
  return key.startsWith('features/') ? 'feature rows of the day' : 'snapshots of the day';
}

function json(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
