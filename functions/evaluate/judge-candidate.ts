import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import type { DataState, GateContext, ParityState } from '../../shared/domain/evaluation/gate-context.ts';
import { type JudgeInput, judgeAgainst } from '../../shared/domain/evaluation/judge.ts';
import type { GatePolicy } from '../../shared/domain/evaluation/policy.ts';
import type { ScoredRow } from '../../shared/domain/evaluation/scored-row.ts';
import { trialsOf } from '../../shared/domain/evaluation/trials.ts';
import { type Verdict, type VerdictInput, verdict } from '../../shared/domain/evaluation/verdict.ts';
import { verdictMarkdown } from '../../shared/domain/evaluation/verdict-markdown.ts';
import { verdictPage } from '../../shared/domain/evaluation/verdict-page.ts';
import { contentHash } from '../../shared/domain/lake/content-hash.ts';
import { reportPrefix } from '../../shared/domain/lake/paths.ts';
import { sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { sessionsSince } from '../../shared/domain/market/sessions-since.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { type VerdictBinding, verdictBindingSchema } from '../../shared/domain/promotion/plan.ts';
import {
  type ByPolicy,
  byPolicy,
  type PromotionPolicy,
} from '../../shared/domain/promotion/promotion-policy.ts';
import { recordVerdict } from '../../shared/domain/promotion/record-verdict.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { type Target, targetNamed } from '../../shared/domain/training/targets.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { RenderChart } from '../../shared/ports/chart-renderer.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { TrialLedger } from '../../shared/ports/trial-ledger.ts';
import { type BundleRecord, bundleRecord } from './bundle-record.ts';
import { type ExecutionPorts, executionFor } from './execution-for.ts';
import { featureCompleteness } from './feature-completeness.ts';
import { type ProductionPorts, productionRecord } from './production-record.ts';

/** A dataset that ended this many sessions ago is old, however many more it is. */
const OLD_SESSIONS = 30;

interface Ports extends ProductionPorts, ExecutionPorts {
  readonly models: ModelRegistry;
  readonly datasets: DatasetRegistry;
  readonly registry: BatchRegistry;
  readonly bucket: ObjectStore;
  readonly ledger: TrialLedger;
  /** The thresholds of an exchange. */
  readonly gate: (exchange: Exchange) => GatePolicy;
  readonly promotion: PromotionPolicy;
  readonly draw: RenderChart;
  readonly clock: Clock;
}

export interface JudgeRequest {
  readonly exchange: Exchange;
  readonly version: string;
  readonly target: string;
}

export interface JudgeReport {
  readonly version: string;
  readonly pass: boolean;
  /** Names of the rules that failed. */
  readonly failed: readonly string[];
  /** Whether the machine may promote it by itself: it passed and the policy of the exchange says so. */
  readonly promote: boolean;
  /** How long a promotion that is opened waits for an operator; null when none is opened. */
  readonly approval: ByPolicy['approval'];
  /** Null for a target that is not judged. */
  readonly verdict_key: string | null;
  /** Why the gate's rules do not apply; left out where they do. */
  readonly not_judged?: string;
  /** A target that no stage acts on: nobody is told of its verdict. */
  readonly research: boolean;
}

/**
 * Judges a candidate rule by rule against production, writes the verdict (JSON, Markdown and a page) and binds it to the
 * version. A version that was live already keeps the verdict it has.
 * @throws NotFound for an unknown version; InvariantViolated when its files are not what training writes.
 */
export function judgeCandidate(ports: Ports) {
  return async ({ exchange, version, target }: JudgeRequest): Promise<JudgeReport> => {
    const wanted = targetNamed(target);
    const row = await ports.models.version(exchange, target, version);
    const research = target !== PRODUCTION_TARGET;
    if (wanted.kind !== 'classes') return { ...notJudged(version, wanted), research };
    const given = await verdictOfDeployed(ports.bucket, row);
    if (given !== undefined) return { ...given, promote: false, approval: null, research };
    const { context, execution } = await gateInput(ports, row, wanted);
    const result = verdict({
      context,
      exchange,
      target,
      dataset_version: row.dataset_version,
      evaluated_at: utcIso(ports.clock()),
      execution,
    });
    const verdict_key = await store(ports, row, result, context);
    // What was made elsewhere goes live by a person alone, whatever the policy says.
    const isOurs = row.imported_by === undefined;
    const then = byPolicy(ports.promotion, exchange, !research && isOurs && result.pass);
    return { version, pass: result.pass, failed: result.failed, ...then, verdict_key, research };
  };
}

/** A size is no direction: nothing can be bought or sold on it, so there is nothing that a rule could measure. */
function notJudged(version: string, { name }: Target): Omit<JudgeReport, 'research'> {
  const not_judged = `${name} answers a size and takes no positions: the gate's rules on returns, hits and probabilities do not apply; its report says what it is worth`;
  return { version, pass: false, failed: [], promote: false, approval: null, verdict_key: null, not_judged };
}

async function verdictOfDeployed(
  bucket: ObjectStore,
  { version, status, verdict_key }: ModelVersion,
): Promise<Pick<JudgeReport, 'version' | 'pass' | 'failed' | 'verdict_key'> | undefined> {
  if ((status !== 'live' && status !== 'retired') || verdict_key === null) return undefined;
  const text = new TextDecoder().decode(await bucket.get(verdict_key));
  const { pass, failed } = verdictBindingSchema.parse(JSON.parse(text));
  return { version, pass, failed, verdict_key };
}

/** What a verdict is made of, but for what the request says. */
async function gateInput(
  ports: Ports,
  row: ModelVersion,
  wanted: Target,
): Promise<Pick<VerdictInput, 'context' | 'execution'>> {
  const { exchange, target } = row;
  const policy = ports.gate(exchange);
  const record = bundleRecord(row, await ports.readFiles(row.bundle_prefix));
  const manifest = await ports.datasets.version(row.dataset_version);
  const grid = outOfSample(record.judge);
  const production = await productionRecord(ports)({ candidate: row, grid, manifest });
  const execution = await executionFor(ports)(
    exchange,
    wanted,
    grid.map(({ session }) => session),
  );
  const context: GateContext = {
    ...judgeAgainst(record.judge, production?.judge ?? null, execution, policy.rules),
    ...(production === null ? {} : { sources: production.sources }),
    exploratory: row.exploratory,
    trials: trialsOf(await ports.ledger.all(exchange, target), row.dataset_version),
    data: await dataState(ports, manifest, exchange, record, policy),
    export: record.export,
    imported: record.imported,
    parity: await parityState(ports.registry, manifest, exchange),
    policy,
    // Resampling is fixed by the bundle itself: the same candidate is always judged on the same draws.
    seed: Number.parseInt(row.bundle_hash.slice(0, 8), 16),
  };
  return { context, execution };
}

/** All rows a candidate is judged on; on a session of both kinds the bundle's own count. */
function outOfSample({ walk_forward, held_out }: JudgeInput): ScoredRow[] {
  const own = new Set(held_out.map(({ session }) => session));
  return [...walk_forward.filter(({ session }) => !own.has(session)), ...held_out];
}

async function dataState(
  { rules, clock, lake }: Ports,
  manifest: DatasetManifest,
  exchange: Exchange,
  { failedLeakageChecks, usedFeatures, judge }: BundleRecord,
  { rules: { data_fresh_and_complete } }: GatePolicy,
): Promise<DataState> {
  const stats = manifest.stats[exchange];
  const last = stats?.last_date;
  return {
    age_sessions:
      last == null ? OLD_SESSIONS : sessionsSince(last, sessionDate(clock()), rules[exchange], OLD_SESSIONS),
    ...(await featureCompleteness(lake, {
      ...{ manifest, exchange, used: usedFeatures, floor: data_fresh_and_complete.min_completeness },
      stretch: new Set(judge.held_out.map(({ session }) => session)).size,
    })),
    failed_leakage_checks: failedLeakageChecks,
  };
}

async function parityState(
  registry: BatchRegistry,
  manifest: DatasetManifest,
  exchange: Exchange,
): Promise<ParityState> {
  const { from, to } = manifest.window;
  const days = await registry.dayFiles('features', manifest.feature_set, exchange, from, to);
  const used = new Set(manifest.files.filter((file) => file.exchange === exchange).map((file) => file.date));
  const compared = days.filter(({ date, parity }) => parity !== null && used.has(date));
  const sum = (of: 'served' | 'equal') =>
    compared.reduce((total, { parity }) => total + (parity?.[of] ?? 0), 0);
  const first = compared.find(({ parity }) => parity !== null && parity.equal < parity.served);
  return {
    rows_compared: sum('served'),
    rows_differing: sum('served') - sum('equal'),
    first_difference:
      first === undefined
        ? null
        : (first.parity?.first_difference ?? `a row of ${first.date} (${first.path})`),
  };
}

/** The report first, the row that counts last: a row never names a verdict that is not there. */
async function store(
  { models, bucket, draw }: Ports,
  row: ModelVersion,
  result: Verdict,
  context: GateContext,
): Promise<string> {
  const prefix = reportPrefix(row.exchange, row.target, row.version);
  const text = `${JSON.stringify(result, null, 2)}\n`;
  const sha256 = contentHash(text);
  // Named by its content: the row names this verdict for good, whoever judges again in between.
  const key = `${prefix}verdict-${sha256.slice(0, 8)}.json`;
  await bucket.put(`${prefix}verdict.md`, `${verdictMarkdown(result)}\n`);
  await bucket.put(`${prefix}verdict.html`, await verdictPage(result, context, draw));
  await bucket.put(`${prefix}verdict.json`, text);
  await bucket.put(key, text);
  const binding: VerdictBinding = { ...result, failed: [...result.failed] };
  await models.put(recordVerdict(row, binding, { key, sha256 }));
  return key;
}
