import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import type { Observation } from '../../shared/domain/alerts/observation.ts';
import { featureDrift } from '../../shared/domain/alerts/rules/feature-drift.ts';
import type { DriftPolicy } from '../../shared/domain/drift/drift-policy.ts';
import { type DriftReport, driftReport } from '../../shared/domain/drift/drift-report.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import { DAY_MS, epochMs, istMs, sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { withFact } from '../../shared/domain/risk/session-state.ts';
import { type ReferenceProfile, referenceProfileSchema } from '../../shared/domain/scoring/reference.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { HealthStore } from '../../shared/ports/health-store.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';

interface Ports {
  readonly models: ModelRegistry;
  readonly window: OnlineWindow;
  readonly bucket: ObjectStore;
  readonly health: HealthStore;
  readonly toAlert: MessageQueue;
  readonly risk: Pick<RiskStore, 'change'>;
  /** Share of drifted features from which on answers are not to be acted on (`config/risk`). */
  readonly blocksFrom: number;
  readonly policy: DriftPolicy;
  readonly target: string;
  readonly clock: Clock;
}

export interface DriftRequest {
  readonly exchange?: Exchange | undefined;
  /** Session to look at; today when left out. */
  readonly date?: string | undefined;
  /** Only rows from this moment on, or up to it (ISO 8601 with offset). */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface DriftCheck {
  readonly reports: readonly Pick<
    DriftReport,
    'exchange' | 'model_version' | 'against' | 'status' | 'rows' | 'drifted' | 'why'
  >[];
}

/**
 * Compares a session's live feature rows with the live bundle's reference, exchange by exchange; keeps the report and
 * tells the alert stage and the risk table. While nothing is live, the newest candidate is the reference, and nobody is alerted: what it
 * would meet is worth reading before it is promoted. An exchange without any bundle has nothing to drift from.
 */
export function checkDrift(ports: Ports) {
  return async (request: DriftRequest): Promise<DriftCheck> => {
    const reports: DriftReport[] = [];
    for (const exchange of request.exchange === undefined ? EXCHANGES : [request.exchange]) {
      const compared = await comparedWith(ports, exchange);
      if (compared === undefined) continue;
      const report = await reportOf(ports, compared, request);
      await ports.health.add('drift', exchange, { at: report.at, body: { ...report } });
      if (report.against === 'live') {
        await ports.toAlert.sendAll([observation(report)]);
        await tellRisk(ports, exchange, report, request);
      }
      reports.push(report);
    }
    return {
      reports: reports.map(({ exchange, model_version, against, status, rows, drifted, why }) => ({
        ...{ exchange, model_version, against, status, rows, drifted, why },
      })),
    };
  };
}

interface Compared {
  readonly version: ModelVersion;
  readonly against: DriftReport['against'];
}

async function comparedWith({ models, target }: Ports, exchange: Exchange): Promise<Compared | undefined> {
  const pointer = await models.livePointer(exchange, target);
  if (pointer !== undefined) {
    return { version: await models.version(exchange, target, pointer.version), against: 'live' };
  }
  const [newest] = await models.versions(exchange, target);
  return newest && { version: newest, against: 'candidate' };
}

async function reportOf(
  ports: Ports,
  { version, against }: Compared,
  request: DriftRequest,
): Promise<DriftReport> {
  const { window, policy, clock } = ports;
  const set = featureSetById(version.feature_set);
  const nowMs = clock();
  const date = request.date ?? sessionDate(nowMs);
  const fromMs = request.from === undefined ? istMs(date, 0) : epochMs(request.from);
  const toMs = request.to === undefined ? istMs(date, 0) + DAY_MS - 1 : epochMs(request.to);
  const rows = await window.featureRows(version.exchange, date, set.id, fromMs, toMs);
  return driftReport({
    exchange: version.exchange,
    model_version: version.version,
    against,
    at: utcIso(nowMs),
    reference: await referenceOf(ports.bucket, version),
    names: featureNames(set),
    rows: rows.map(({ values }) => values),
    policy,
  });
}

/** What the report of this session says of acting on answers; too few rows, and the last word stands. */
async function tellRisk(
  { risk, blocksFrom, clock }: Ports,
  exchange: Exchange,
  { status, drifted_share, model_version, at, why }: DriftReport,
  { date }: DriftRequest,
): Promise<void> {
  if (status === 'too_few_rows' || (date !== undefined && date !== sessionDate(clock()))) return;
  const drift = { model_version, at, why, blocks: status === 'drifted' && drifted_share >= blocksFrom };
  await risk.change(exchange, (state) => withFact(state, { kind: 'drift', drift }));
}

async function referenceOf(bucket: ObjectStore, { bundle_prefix }: ModelVersion): Promise<ReferenceProfile> {
  const key = `${bundle_prefix}reference.json`;
  const json: unknown = JSON.parse(new TextDecoder().decode(await bucket.get(key)));
  const parsed = referenceProfileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const what = describeIssue(parsed.error.issues, json, plainWording('the profile'));
  throw new InvariantViolated(`${key}: ${what}`, { field: key });
}

function observation(report: DriftReport): Observation {
  return { kind: 'check', rule: 'feature-drift', exchange: report.exchange, check: featureDrift(report) };
}
