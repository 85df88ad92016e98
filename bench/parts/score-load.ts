import { join } from 'node:path';
import { percentile } from './harness.ts';
import { runLoad, signed } from './load.ts';
import { processTimes, spentBetween } from './process-time.ts';
import { oi, type ScoreCloud } from './score-cloud.ts';
import type { PostedVector } from './score-rows.ts';

/** Who works for an answer, by their functions' names. */
const FUNCTIONS = { scoring: /scorerequest/, sealing: /auditqueue/ };

export interface ThroughApi {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly count: number;
  /** Processor milliseconds an answer: `client`, `cloud`, `scoring`, `sealing`, `others`. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Answers a second until the last of them was in the audit log, too. */
  readonly sealedPerSecond: number;
  readonly ids: readonly string[];
}

/** Posts vectors over several connections, then waits until every answer was sealed. @throws Error for any but a 200 */
export async function apiLoad(
  cloud: ScoreCloud,
  vectors: readonly (PostedVector & { readonly explain: boolean })[],
  connections: number,
  warmUp = 0,
): Promise<ThroughApi> {
  const { region, keys, pid } = cloud.process.endpoint;
  const url = new URL(`${cloud.outputs['ApiEndpoint']}/v1/score`);
  const requests = await signed(vectors, { url, region, credentials: keys.tracker, nowMs: cloud.nowMs });
  const plan = { host: url.hostname, port: Number(url.port), connections };
  if (warmUp > 0) await runLoad({ ...plan, requests: requests.slice(0, warmUp) });
  const before = processTimes(pid);
  const startMs = performance.now();
  const report = await runLoad({ ...plan, requests: requests.slice(warmUp) });
  const after = processTimes(pid);
  const refused = report.statuses.findIndex((status) => status !== 200);
  if (refused >= 0) {
    throw new Error(
      `POST /v1/score: expected 200, was ${report.statuses[refused]}: ${report.bodies[refused]}`,
    );
  }
  const ids = report.bodies.map((body, at) => checkedId(body, vectors[warmUp + at]!.explain));
  await cloud.settle();
  const count = ids.length;
  const { wallMs, cpuMs, latenciesMs } = report;
  return {
    perSecond: (1000 * count) / wallMs,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    count,
    cpuMs: { client: cpuMs / count, ...spentBetween(before, after, FUNCTIONS, count) },
    sealedPerSecond: (1000 * count) / (performance.now() - startMs),
    ids,
  };
}

/** @throws Error for an answer that no model gave, or that lacks what was asked for */
function checkedId(body: string, explained: boolean): string {
  const { id, model_version, drivers } = JSON.parse(body) as {
    readonly id: string;
    readonly model_version: string | null;
    readonly drivers: readonly unknown[];
  };
  if (model_version !== null && drivers.length === (explained ? 5 : 0)) return id;
  throw new Error(
    `POST /v1/score: expected a model's answer${explained ? ' with drivers' : ''}, was ${body}`,
  );
}

interface Sealed {
  readonly recommendations: number;
  readonly whole: boolean;
}

/** What the audit log holds, verified whole: every entry, tile and signature; nothing before the first was sealed. */
export async function sealedSoFar(cloud: ScoreCloud): Promise<Sealed> {
  const said = await oi(cloud.environments, 'audit', 'verify', '--json').catch((error: Error) => {
    if (error.message.includes('nothing is sealed yet')) return '{"recommendations":0,"broken":null}';
    throw error;
  });
  const report = JSON.parse(said.trim().split('\n').at(-1) as string);
  return { recommendations: report.recommendations, whole: report.broken === null };
}

/** Proves one answer with an inclusion proof and checks the proof without the log. @throws Error when it does not hold */
export async function proveOne(cloud: ScoreCloud, id: string): Promise<void> {
  const file = join(cloud.directory, '..', 'proof.json');
  await oi(cloud.environments, 'audit', 'prove', id, '--into', file);
  await oi(cloud.environments, 'audit', 'verify', '--proof', file);
}
