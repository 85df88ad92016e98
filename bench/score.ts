// Scoring: time in the handler, answers a second through the local HTTP API, the same trees behind FastAPI and MLflow, and
// the first answer of a fresh worker. Arguments: answers a load (2500), connections (8).
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMs, utcIso } from '../shared/domain/market/indian-time.ts';
import { coldStarts } from './parts/cold-start.ts';
import { resultLine } from './parts/harness.ts';
import { openScoreCloud, type ScoreCloud } from './parts/score-cloud.ts';
import { benchHandler } from './parts/score-handler.ts';
import { apiLoad, proveOne, sealedSoFar } from './parts/score-load.ts';
import { servedModel } from './parts/score-model.ts';
import { comparePeers } from './parts/score-peers.ts';
import { type PostedVector, postedVectors, unseenRows } from './parts/score-rows.ts';
import { targets } from './parts/targets.ts';

const answers = Number(process.argv[2] ?? 2500);
const connections = Number(process.argv[3] ?? 8);
const WARM_UP = 500;
const HANDLER_CALLS = 3000;
const COLD_STARTS = 7;

const startMs = performance.now();
const say = (line: string) =>
  console.log(`${((performance.now() - startMs) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const page = targets(say);
const rows = unseenRows(2 * (answers + WARM_UP));

const explained = (vectors: readonly PostedVector[], explain: boolean) =>
  vectors.map((vector) => ({ ...vector, explain }));

/** Whole invocations of the handler in this process, everything but the stores behind it; nothing is recorded. */
async function inHandler(model: Awaited<ReturnType<typeof servedModel>>) {
  const handler = await benchHandler(model.candidate);
  const vectors = postedVectors(rows.slice(0, HANDLER_CALLS + WARM_UP), utcIso(handler.nowMs));
  const latest = Array.from({ length: HANDLER_CALLS + WARM_UP }, () => ({ exchange: 'NSE' }));
  const times = {
    withShap: await handler.time(explained(vectors, true), WARM_UP),
    withoutShap: await handler.time(explained(vectors, false), WARM_UP),
    windowWithShap: await handler.time(latest, WARM_UP),
    windowWithoutShap: await handler.time(
      latest.map((body) => ({ ...body, explain: false })),
      WARM_UP,
    ),
    snapshots: await handler.time(
      handler.next.map((snapshot) => ({ exchange: 'NSE', snapshot })),
      100,
      (at) => epochMs(handler.next[at]!.timestamp) + 2000,
    ),
  };
  const { withShap, withoutShap, windowWithShap, windowWithoutShap, snapshots } = times;
  page.most('in the handler, posted vectors, SHAP, p50', withShap.p50Ms, 3, 'ms');
  page.most('in the handler, posted vectors, SHAP, p99', withShap.p99Ms, 10, 'ms');
  page.most('in the handler, posted vectors, no SHAP, p50', withoutShap.p50Ms, 0.5, 'ms');
  page.most('in the handler, online window, SHAP, p50', windowWithShap.p50Ms, 3, 'ms');
  page.most('in the handler, online window, SHAP, p99', windowWithShap.p99Ms, 10, 'ms');
  page.most('in the handler, online window, no SHAP, p50', windowWithoutShap.p50Ms, 0.5, 'ms');
  page.most('in the handler, posted snapshot (features made), SHAP, p50', snapshots.p50Ms, 3, 'ms');
  page.note(
    `processor time a call: ${withShap.cpuMs.toFixed(2)} ms with SHAP, ${withoutShap.cpuMs.toFixed(2)} ms without`,
  );
  return times;
}

/** The two loads, then the log: every answer in it once, the whole of it verified, one answer proved. */
async function throughApi(cloud: ScoreCloud) {
  // The clock moves on with every load.
  const at = () => utcIso(cloud.nowMs);
  const half = answers + WARM_UP;
  const before = await sealedSoFar(cloud);
  say(`${answers} answers with SHAP over ${connections} connections ...`);
  const shap = await apiLoad(
    cloud,
    explained(postedVectors(rows.slice(0, half), at()), true),
    connections,
    WARM_UP,
  );
  say(`${answers} answers without SHAP ...`);
  const plain = await apiLoad(
    cloud,
    explained(postedVectors(rows.slice(half), at()), false),
    connections,
    WARM_UP,
  );
  const one = await apiLoad(cloud, explained(postedVectors(unseenRows(400, 92), at()), true), 1, 100);
  const after = await sealedSoFar(cloud);
  await proveOne(cloud, plain.ids.at(-1)!);
  const distinct = new Set([...shap.ids, ...plain.ids, ...one.ids]).size;
  const sealed = after.recommendations - before.recommendations;
  const expected = distinct + 2 * WARM_UP + 100;
  page.least('through the API, SHAP', shap.perSecond, 150, 'answers/s');
  page.least('through the API, no SHAP', plain.perSecond, 300, 'answers/s');
  for (const [name, load] of [
    ['SHAP', shap],
    ['no SHAP', plain],
    ['SHAP, one connection', one],
  ] as const) {
    page.note(`${name}: p50 ${load.p50Ms.toFixed(1)} ms, p99 ${load.p99Ms.toFixed(1)} ms`);
    const cpu = Object.entries(load.cpuMs).map(([who, ms]) => `${who} ${ms.toFixed(2)}`);
    page.note(`  processor ms an answer: ${cpu.join(', ')}; sealed at ${load.sealedPerSecond.toFixed(0)}/s`);
  }
  page.holds(
    `audit log: ${sealed} of ${expected} answers sealed, log whole, one proved`,
    sealed === expected && after.whole,
  );
  return { shap, plain, one };
}

async function firstAnswers(cloud: ScoreCloud) {
  const { pid } = cloud.process.endpoint;
  const vectors = postedVectors(unseenRows(60, 93), utcIso(cloud.nowMs));
  const payloads = vectors.map((body) =>
    JSON.stringify({
      ...{ version: '2.0', rawPath: '/v1/score', headers: { 'content-type': 'application/json' } },
      ...{ body: JSON.stringify(body), isBase64Encoded: false },
      requestContext: { http: { method: 'POST', path: '/v1/score' } },
    }),
  );
  const of = (emptyCache: boolean, part: readonly string[]) =>
    coldStarts(pid, /scorerequest/, part, { nowMs: cloud.nowMs, runs: COLD_STARTS, emptyCache });
  const cold = await of(false, payloads.slice(0, 30));
  const uncompiled = await of(true, payloads.slice(30));
  page.most('fresh worker, to the first answer', cold.firstAnswerMs, 400, 'ms');
  page.note(
    `bundle ${cold.bundleMb.toFixed(2)} MB, ${cold.zippedMb.toFixed(2)} MB zipped; init ${cold.initMs.toFixed(0)} ms, ` +
      `second answer ${cold.secondAnswerMs.toFixed(1)} ms, processor ${cold.cpuMs.toFixed(0)} ms, ` +
      `${cold.residentMb.toFixed(0)} MB resident`,
  );
  page.note(
    `with nothing compiled before: init ${uncompiled.initMs.toFixed(0)} ms, first answer ${uncompiled.firstAnswerMs.toFixed(0)} ms`,
  );
  return { cold, uncompiled };
}

async function main(folder: string): Promise<void> {
  say('training the model that everybody serves: 600 trees ...');
  const model = await servedModel();
  say('in the handler ...');
  const handler = await inHandler(model);
  say('the same trees behind Python servers ...');
  const peers = await comparePeers(
    folder,
    model,
    {
      rows,
      vectors: postedVectors(rows.slice(0, answers), utcIso(Date.UTC(2026, 0, 6, 5))),
      ...{ connections, warmUp: 300 },
    },
    say,
  );
  say('a local cloud with the model live ...');
  const cloud = await openScoreCloud(folder, model.candidate);
  try {
    const api = await throughApi(cloud);
    say('fresh workers ...');
    const start = await firstAnswers(cloud);
    if (typeof peers === 'string') page.note(`no Python peer: ${peers}`);
    else {
      const { withShap, withoutShap, mlflow } = peers;
      page.note(
        `FastAPI: ${withShap.perSecond.toFixed(0)}/s with SHAP (model p50 ${withShap.modelP50Ms?.toFixed(2)} ms), ` +
          `${withoutShap.perSecond.toFixed(0)}/s without (model p50 ${withoutShap.modelP50Ms?.toFixed(2)} ms); it signs, records and checks nothing`,
      );
      page.note(
        mlflow
          ? `MLflow, no SHAP: ${mlflow.perSecond.toFixed(0)}/s, p50 ${mlflow.p50Ms.toFixed(1)} ms`
          : `no MLflow: ${peers.why}`,
      );
      page.holds(
        `the same trees: raw scores within ${peers.worstDifference.toExponential(1)}`,
        peers.worstDifference < 1e-9,
      );
    }
    const python = typeof peers === 'string' ? undefined : peers;
    console.log(
      resultLine({
        bench: 'score',
        ours: handler.withShap.p50Ms,
        peer: python?.withShap.modelP50Ms ?? Number.NaN,
        peer_source: 'measured',
        peer_name:
          python === undefined
            ? `none: ${peers}`
            : "LightGBM's own call with contributions inside FastAPI, same rows",
        unit: 'ms in the handler with SHAP, p50',
        target: 3,
        better: 'lower',
        handler,
        api: { shap: figures(api.shap), plain: figures(api.plain), one_connection: figures(api.one) },
        peers,
        http_ratio_shap: python && api.shap.perSecond / python.withShap.perSecond,
        http_ratio_no_shap: python && api.plain.perSecond / python.withoutShap.perSecond,
        http_ratio_mlflow: python?.mlflow && api.plain.perSecond / python.mlflow.perSecond,
        cold_start: start,
        cores: availableParallelism(),
        load_1m: loadavg()[0],
        ...page.met(),
      }),
    );
  } finally {
    await cloud.process.end();
  }
}

function figures({ ids: _ids, ...rest }: Awaited<ReturnType<typeof apiLoad>>) {
  return rest;
}

const folder = mkdtempSync(join(tmpdir(), 'oi-bench-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
