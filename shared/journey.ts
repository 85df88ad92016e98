/**
 * The journey of a snapshot, stage by stage, in order. Stated once: the CLI's help, the console's
 * navigation, the README's table and the tests all read this list.
 */
export interface Stage {
  /** One word, the same in functions/, test/, the CLI, the console and the metrics. */
  readonly name: StageName;
  /** The folder below shared/domain/ that holds the stage's rules. */
  readonly domain: string;
  readonly takes: string;
  readonly gives: string;
  readonly trigger: string;
}

export type StageName =
  | 'ingest'
  | 'batch'
  | 'feature'
  | 'score'
  | 'audit'
  | 'compact'
  | 'label'
  | 'outcome'
  | 'dataset'
  | 'train'
  | 'evaluate'
  | 'promote'
  | 'drift'
  | 'health'
  | 'alert';

function stage(name: StageName, domain: string, takes: string, gives: string, trigger: string): Stage {
  return { name, domain, takes, gives, trigger };
}

export const JOURNEY: readonly Stage[] = [
  stage('ingest', 'market', 'posted chain snapshots', 'snapshots on both queues (202 once durable)', 'HTTP'),
  stage(
    'batch',
    'lake',
    'queued snapshots',
    'Parquet micro-batches, registered',
    'queue to-batch (60 s window)',
  ),
  stage(
    'feature',
    'features',
    'snapshots, or a day of the chain',
    'feature rows (online, lake)',
    'queue to-feature; after close',
  ),
  stage('score', 'scoring', 'a window or feature row', 'a recommendation', 'HTTP; each feature row'),
  stage(
    'audit',
    'audit',
    'recommendations, trades',
    'an append-only record in a Merkle tree',
    'each recommendation, trade',
  ),
  stage('compact', 'lake', "a day's micro-batches", 'one sorted file per exchange', 'after close'),
  stage('label', 'labels', "a day's prices", 'labels at several horizons', 'after close'),
  stage(
    'outcome',
    'outcomes',
    'recommendations past their horizon',
    'realised outcomes',
    'after close; every 15 min',
  ),
  stage('dataset', 'datasets', 'feature and label days', 'a dataset version with manifest', 'after close'),
  stage('train', 'training', 'a dataset version', 'a candidate bundle', 'after close'),
  stage('evaluate', 'evaluation', 'candidate and production', 'a verdict, rule by rule', 'after train'),
  stage(
    'promote',
    'promotion',
    'an approved candidate',
    'a new live pointer, or a recorded refusal',
    'operator or policy',
  ),
  stage('drift', 'drift', "live features, the bundle's reference", 'a drift report', 'every 15 min'),
  stage('health', 'health', 'counts, latency, quality, outcomes', 'a summary', 'every 15 min'),
  stage('alert', 'alerts', 'breached rules', 'e-mail and Slack messages', 'drift, health, failures'),
];
