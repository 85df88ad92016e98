// Rollback: from the command to the first answer by the old version, on a local cloud of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { signedApi } from '../shared/adapters/execute-api/signed-api.ts';
import { InvariantViolated, Temporary } from '../shared/errors.ts';
import type { Api } from '../shared/ports/api.ts';
import { trackerMarket, trainedCandidate } from '../test/factories/tracker-market.ts';
import { buildLayers, synthesise } from '../test/infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from '../test/journey/cloud-process.ts';
import { modelShelf } from '../test/journey/model-shelf.ts';
import { median, percentile, resultLine } from './parts/harness.ts';

const ROOT = join(import.meta.dirname, '..');
const ENVIRONMENT = 'rollback';
const LIMIT_S = 5;
const ASK_EVERY_MS = 50;
const WARM_UP = 1;
const runs = Number(process.argv[2] ?? 7);

/** Runs a command of the CLI as a person does, and waits for its end. */
async function oi(environments: string, ...args: string[]): Promise<void> {
  const words = ['cli/main.ts', ...args, '--env', ENVIRONMENT, '--operator', 'bench', '--reason', 'measured'];
  const env = { PATH: process.env['PATH'] ?? '', OI_ENVIRONMENTS: environments };
  const child = spawn(process.execPath, words, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new InvariantViolated(`./oi ${args[0]}: expected to succeed, was ${complaints}`);
}

/** Asks for a score as the tracker does, without a record, until `version` answers; how often the API was busy. */
async function untilAnsweredBy({ endpoint }: CloudProcess, version: string): Promise<number> {
  const { region, keys } = endpoint;
  const address = outputsOf(endpoint)['ApiEndpoint'] as string;
  const api = signedApi({ endpoint: address, region, credentials: keys.tracker });
  for (let busy = 0; ; ) {
    const answered = await answeredBy(api);
    if (answered === version) return busy;
    if (answered === undefined) busy += 1;
    await pause(ASK_EVERY_MS);
  }
}

/** The version that answers; undefined while the API has no answer, as on a machine that is overloaded. */
async function answeredBy(api: Api): Promise<string | null | undefined> {
  try {
    const body = { exchange: 'NSE', probe: true };
    const answer = await api.call<{ model_version: string | null }>({
      ...{ method: 'POST', path: '/v1/score', body },
    });
    return answer.model_version;
  } catch (error) {
    if (!(error instanceof Temporary)) throw error;
    return undefined;
  }
}

async function main(folder: string): Promise<void> {
  const environments = join(folder, 'env');
  const directory = join(environments, ENVIRONMENT, 'state');
  const cdkOut = join(folder, 'cdk.out');
  await buildLayers();
  await synthesise(cdkOut);
  const shelf = modelShelf(directory, cdkOut);
  const cloud = await startCloudProcess({ cdkOut, directory });
  try {
    const versions: string[] = [];
    for (const seed of [1, 2]) {
      const { version } = await shelf.put(
        cloud.endpoint,
        await trainedCandidate({ ...trackerMarket(), seed }),
      );
      await oi(environments, 'promote', 'NSE', version);
      versions.push(version);
    }
    const [toAnswer, toEnd]: [number[], number[]] = [[], []];
    let busy = 0;
    // Each rollback returns to the version before, which is the other one.
    for (let run = 0; run < WARM_UP + runs; run += 1) {
      const startMs = performance.now();
      const since = () => (performance.now() - startMs) / 1000;
      const answered = untilAnsweredBy(cloud, versions[run % 2] as string).then((times) => [since(), times]);
      await oi(environments, 'rollback', 'NSE');
      const ended = since();
      const [first, times] = (await answered) as [number, number];
      busy += times;
      if (run < WARM_UP) continue;
      toAnswer.push(first);
      toEnd.push(ended);
      console.log(
        `first answer by the old version after ${first.toFixed(2)} s, command ended after ${ended.toFixed(2)} s`,
      );
    }
    console.log(
      resultLine({
        bench: 'rollback',
        ours: median(toAnswer),
        peer: LIMIT_S,
        peer_source: 'recorded',
        unit: 's',
        target: LIMIT_S,
        better: 'lower',
        worst_s: percentile(toAnswer, 1),
        command_s: median(toEnd),
        runs,
        asks_without_answer: busy,
        load_1m: loadavg()[0],
      }),
    );
  } finally {
    await cloud.end();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'oi-bench-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
