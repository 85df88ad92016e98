import * as z from 'zod';
import type { AlertState } from '../../shared/domain/alerts/alert-state.ts';
import { LABEL_SET_ID } from '../../shared/domain/labels/label-day.ts';
import { DAY_MS, epochMs, istMs, sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { JOURNEY, type StageName } from '../../shared/journey.ts';
import type { AlertStore } from '../../shared/ports/alert-store.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { HealthStore } from '../../shared/ports/health-store.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

export const journeyQuerySchema = z.object({
  date: z.iso.date().optional().describe('The session; the newest with data when left out.'),
});

export const journeyAnswerSchema = z.object({
  date: z.iso.date(),
  stages: z.array(
    z.object({
      stage: z.string(),
      takes: z.string(),
      gives: z.string(),
      trigger: z.string(),
      in: z.number().int().nonnegative(),
      out: z.number().int().nonnegative(),
      /** What is counted: `<in>, <out>`. */
      unit: z.string(),
    }),
  ),
});

interface Ports {
  readonly registry: BatchRegistry;
  readonly window: OnlineWindow;
  readonly recommendations: RecommendationStore;
  readonly log: AuditLog;
  readonly datasets: DatasetRegistry;
  readonly models: ModelRegistry;
  readonly health: HealthStore;
  readonly alerts: AlertStore;
  readonly featureSet: string;
  readonly dayWithData: () => Promise<string>;
}

/** GET /v1/journey: the stages in order, with what went in and came out on a day. */
export function journeyCounts(ports: Ports) {
  return async ({
    date: asked,
  }: z.infer<typeof journeyQuerySchema>): Promise<z.infer<typeof journeyAnswerSchema>> => {
    const date = asked ?? (await ports.dayWithData());
    const counts = stageCounts(await countDay(ports, date));
    const stages = JOURNEY.map(({ name, takes, gives, trigger }) => {
      const [into, out, unit] = counts[name];
      return { stage: name, takes, gives, trigger, in: into, out, unit };
    });
    return { date, stages };
  };
}

/** Whether an alert, as it was last, was found by a check of that day. */
function wasSeen({ opened_at, last_seen_at }: AlertState, date: string): boolean {
  return sessionDate(epochMs(opened_at)) <= date && sessionDate(epochMs(last_seen_at)) >= date;
}

type DayCounts = Awaited<ReturnType<typeof countDay>>;

async function countDay(ports: Ports, date: string) {
  const parts = await Promise.all(EXCHANGES.map((exchange) => countExchange(ports, exchange, date)));
  const sum = (of: keyof (typeof parts)[number]) => parts.reduce((total, part) => total + part[of], 0);
  const datasets = await ports.datasets.versionsOf(date);
  const reports = await countReports(ports.health, date);
  const alerts = (await ports.alerts.all()).filter((state) => wasSeen(state, date)).length;
  return {
    snapshots: sum('snapshots'),
    batches: sum('batches'),
    featureRows: sum('featureRows'),
    recommendations: sum('recommendations'),
    logEntries: (await ports.log.head()).size,
    chainDays: sum('chainDays'),
    featureDays: sum('featureDays'),
    labelDays: sum('labelDays'),
    labelRows: sum('labelRows'),
    outcomes: sum('outcomes'),
    datasets: datasets.length,
    models: sum('models'),
    verdicts: sum('verdicts'),
    approved: sum('approved'),
    decisions: sum('decisions'),
    ...reports,
    alerts,
  };
}

async function countExchange(ports: Ports, exchange: Exchange, date: string) {
  const { registry, models, recommendations, featureSet } = ports;
  const chain = await registry.dayFile('chain', 'chain', exchange, date);
  const features = await registry.dayFile('features', featureSet, exchange, date);
  const labels = await registry.dayFile('labels', LABEL_SET_ID, exchange, date);
  const versions = (await models.versions(exchange, PRODUCTION_TARGET)).filter(
    ({ dataset_version }) => dataset_version.slice(0, date.length) === date,
  );
  const decided = (await models.history(exchange, PRODUCTION_TARGET)).filter(
    ({ event, to_version, at }) =>
      event !== 'backend_changed' &&
      (to_version?.startsWith(date) === true || sessionDate(epochMs(at)) === date),
  );
  return {
    snapshots: await registry.snapshotCount(exchange, date),
    batches: (await registry.batches(exchange, date)).length,
    featureRows: features?.rows ?? (await onlineRows(ports, exchange, date)),
    recommendations: (await recommendations.ofDay(exchange, date)).length,
    outcomes: (await recommendations.outcomesOfDay(exchange, date)).length,
    chainDays: chain === undefined ? 0 : 1,
    featureDays: features === undefined ? 0 : 1,
    labelDays: labels === undefined ? 0 : 1,
    labelRows: labels?.rows ?? 0,
    models: versions.length,
    verdicts: versions.filter(({ verdict_key }) => verdict_key !== null).length,
    approved: versions.filter(({ verdict_pass }) => verdict_pass).length,
    decisions: decided.length,
  };
}

async function onlineRows({ window, featureSet }: Ports, exchange: Exchange, date: string): Promise<number> {
  const from = istMs(date, 0);
  return (await window.featureRows(exchange, date, featureSet, from, from + DAY_MS - 1)).length;
}

async function countReports(health: HealthStore, date: string) {
  const from = istMs(date, 0);
  const range = [utcIso(from), utcIso(from + DAY_MS - 1)] as const;
  const drift = await Promise.all(EXCHANGES.map((exchange) => health.between('drift', exchange, ...range)));
  const all = await health.between('health', 'ALL', ...range);
  return { driftReports: drift.flat().length, healthReports: all.length };
}

function stageCounts(day: DayCounts): Record<StageName, readonly [number, number, string]> {
  return {
    ingest: [day.snapshots, day.snapshots, 'snapshots'],
    batch: [day.snapshots, day.batches, 'snapshots, micro-batches'],
    feature: [day.snapshots, day.featureRows, 'snapshots, feature rows'],
    score: [day.featureRows, day.recommendations, 'feature rows, recommendations'],
    audit: [day.recommendations, day.logEntries, 'recommendations, log entries ever'],
    compact: [day.batches, day.chainDays, 'micro-batches, chain files'],
    label: [day.chainDays, day.labelRows, 'chain files, label rows'],
    outcome: [day.recommendations, day.outcomes, 'recommendations, outcomes'],
    dataset: [day.featureDays + day.labelDays, day.datasets, 'day files, dataset versions'],
    train: [day.datasets, day.models, 'dataset versions, candidates'],
    evaluate: [day.models, day.verdicts, 'candidates, verdicts'],
    promote: [day.approved, day.decisions, 'approved candidates, switches and refusals'],
    drift: [day.featureRows, day.driftReports, 'feature rows, drift reports'],
    health: [day.recommendations, day.healthReports, 'recommendations, summaries'],
    alert: [day.driftReports + day.healthReports, day.alerts, 'reports, alerts of the day'],
  };
}
