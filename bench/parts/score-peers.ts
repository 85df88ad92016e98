import { spawnSync } from 'node:child_process';
import { loadBundle } from '../../models/candidate/load.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { fastApi, type ModelServer, mlflow, serverPython } from '../peers/model-servers.ts';
import type { LoadReport, PreparedRequest } from '../workers/load-client.ts';
import { median, percentile } from './harness.ts';
import { runLoad } from './load.ts';
import type { ServedModel } from './score-model.ts';
import type { PostedVector } from './score-rows.ts';

export interface ServerFigures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The server's own time for the model alone, JSON and HTTP left out; only where it tells. */
  readonly modelP50Ms: number | undefined;
}

export interface PeerFigures {
  readonly withShap: ServerFigures;
  readonly withoutShap: ServerFigures;
  /** Undefined where it cannot be installed or does not start; `why` says so. */
  readonly mlflow: ServerFigures | undefined;
  readonly why: string;
  /** Largest difference of a raw score between the peer's trees and ours on the same rows. */
  readonly worstDifference: number;
}

interface Asked {
  readonly vectors: readonly PostedVector[];
  readonly rows: readonly Float64Array[];
  readonly connections: number;
  readonly warmUp: number;
}

/** The same trees behind plain Python servers on the same rows; a sentence where there is no Python for it. */
export async function comparePeers(
  folder: string,
  model: ServedModel,
  asked: Asked,
  say: (line: string) => void,
): Promise<PeerFigures | string> {
  if (spawnSync('python3', ['--version']).status !== 0) return 'no python3 on this machine';
  say('Python servers: libraries below .oi/cache (about 250 MB on first use) ...');
  const python = tried(serverPython);
  if (python instanceof Error) return python.message;
  const regime = await regimeOf(model);
  const server = await fastApi(python, folder, model);
  let worstDifference: number;
  const loads: ServerFigures[] = [];
  try {
    for (const explain of [true, false]) {
      const bodies = asked.vectors.map(({ features }) => JSON.stringify({ features, regime, explain }));
      const report = await load(server, bodies, asked);
      loads.push(figures(report));
    }
    worstDifference = await differenceFrom(server, model, asked, regime);
  } finally {
    await server.stop();
  }
  const served = await withMlflow(python, folder, model, asked, regime);
  return { withShap: loads[0]!, withoutShap: loads[1]!, ...served, worstDifference };
}

async function withMlflow(
  python: string,
  folder: string,
  model: ServedModel,
  asked: Asked,
  regime: readonly number[],
): Promise<Pick<PeerFigures, 'mlflow' | 'why'>> {
  let server: ModelServer;
  try {
    server = await mlflow(python, folder, model);
  } catch (error) {
    return { mlflow: undefined, why: (error as Error).message };
  }
  try {
    const bodies = asked.vectors.map(({ features }) => {
      // Python's JSON has words for what is missing or infinite.
      const values = model.columns.map((name) => features[name] ?? 'NaN');
      return `{"inputs":[[${[...values, ...regime].join(',')}]]}`;
    });
    return { mlflow: figures(await load(server, bodies, asked)), why: '' };
  } finally {
    await server.stop();
  }
}

async function load({ url }: ModelServer, bodies: readonly string[], asked: Asked): Promise<LoadReport> {
  const requests: PreparedRequest[] = bodies.map((body) => ({
    ...{ path: url.pathname, headers: { 'content-type': 'application/json' }, body },
  }));
  const plan = { host: url.hostname, port: Number(url.port), connections: asked.connections };
  if (asked.warmUp > 0) await runLoad({ ...plan, requests: requests.slice(0, asked.warmUp) });
  const report = await runLoad({ ...plan, requests: requests.slice(asked.warmUp) });
  const refused = report.statuses.findIndex((status) => status !== 200);
  if (refused < 0) return report;
  throw new Error(`${url}: expected 200, was ${report.statuses[refused]}: ${report.bodies[refused]}`);
}

function figures({ wallMs, latenciesMs, bodies }: LoadReport): ServerFigures {
  const own = bodies.flatMap((body) => (JSON.parse(body) as { model_ms?: number }).model_ms ?? []);
  return {
    perSecond: (1000 * latenciesMs.length) / wallMs,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    modelP50Ms: own.length === 0 ? undefined : median(own),
  };
}

/** Every row of the peers is in the regime of a session's start. */
async function regimeOf({ candidate }: ServedModel): Promise<number[]> {
  const hmm = JSON.parse(new TextDecoder().decode(candidate.files.get('regime.json'))) as {
    initial: number[];
  };
  return [...Float32Array.from(hmm.initial)];
}

const COMPARED = 50;

/** Largest difference between the raw scores that the peer takes apart and ours. */
async function differenceFrom(
  { url }: ModelServer,
  { candidate }: ServedModel,
  { rows, vectors }: Asked,
  regime: readonly number[],
): Promise<number> {
  const scorer = await loadBundle(candidate.files, openSession);
  let worst = 0;
  for (let at = 0; at < COMPARED; at += 1) {
    const body = JSON.stringify({ features: asFloats(vectors[at]!), regime, raw: true });
    const headers = { 'content-type': 'application/json' };
    const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as {
      raw_scores: number[];
    };
    const { rawScores } = await scorer.score(rows[at]!, null);
    rawScores.forEach((score, own) => {
      worst = Math.max(worst, Math.abs(score - answer.raw_scores[own]!));
    });
  }
  await scorer.close();
  return worst;
}

/** A bundle reads its rows as float32, and the trees were trained on such. */
function asFloats({ features }: PostedVector): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(features).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.fround(value) : value,
    ]),
  );
}

function tried<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
