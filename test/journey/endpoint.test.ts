import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sageMakerEndpoints } from '../../shared/adapters/sagemaker/model-endpoints.ts';
import { MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { runOi } from '../cli/run-oi.ts';
import { featureRows, TRACKER_NAMES, trackerMarket, trainedCandidate } from '../factories/tracker-market.ts';
import { buildLayers, synthesise } from '../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from './cloud-process.ts';
import { modelShelf } from './model-shelf.ts';
import { sendRaw } from './raw-request.ts';

const NOW_MS = Date.parse('2025-12-04T12:35:00+05:30');
/** On a busy machine an answer may be late; not so many in a row. */
const TRIES = 20;

const folder = mkdtempSync(join(tmpdir(), 'endpoint-'));
const environments = join(folder, 'env');
const directory = join(environments, 'desk', 'state');
const [row] = featureRows(trackerMarket({ sessions: 1, rowsPerSession: 1, seed: 78 }));

let cloud: CloudProcess;
let live: ModelVersion;
let minute = 0;
beforeAll(async () => {
  const cdkOut = join(folder, 'cdk.out');
  await buildLayers();
  await synthesise(cdkOut);
  const shelf = modelShelf(directory, cdkOut);
  cloud = await startCloudProcess({ cdkOut, directory, simulated: utcIso(NOW_MS) });
  live = await shelf.put(cloud.endpoint, await trainedCandidate(trackerMarket()));
}, 400_000);
afterAll(async () => {
  await cloud?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const said = ['--operator', 'asha', '--reason', 'nearer the data'];
const oi = (...args: string[]) => runOi(environments, ...args, '--env', 'desk', '--json').last();

/** The same row at the next minute, as the tracker posts it. */
async function score() {
  const timestamp = utcIso(NOW_MS + ++minute * MINUTE_MS);
  await cloud.control.advanceTo(timestamp);
  const values = Array.from(row!.values, (value) => (Number.isFinite(value) ? value : null));
  const features = Object.fromEntries(TRACKER_NAMES.map((name, at) => [name, values[at]]));
  const body = JSON.stringify({ exchange: 'NSE', timestamp, features });
  const answer = await sendRaw(cloud, Date.parse(timestamp), { path: '/v1/score', body, as: 'tracker' });
  expect(answer).toMatchObject({ status: 200, body: { model_version: live.version, hold_reason: null } });
  return answer.body;
}

/** Asks until an answer is as it should be; every other one in between was late, and nothing else. */
async function scoreUntil(backend: string, fault: string | null) {
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = await score();
    if (answer.backend === backend && answer.backend_fault === fault) return answer;
    expect(answer).toMatchObject({ backend: 'onnx', backend_fault: 'timeout' });
  }
  throw new Error(`expected an answer of ${backend} with fault ${fault} in ${TRIES} tries`);
}

/** All of an answer that a model decides. */
const decided = ({
  probabilities,
  regime,
  regime_probabilities,
  drivers,
  action,
  confidence,
}: Awaited<ReturnType<typeof score>>) => ({
  ...{ probabilities, regime, regime_probabilities, drivers, action, confidence },
});

const awsAs = (role: 'tracker' | 'operator' | 'viewer') => ({
  endpoint: cloud.endpoint.environment['AWS_ENDPOINT_URL_SAGEMAKER'] as string,
  region: cloud.endpoint.region,
  credentials: cloud.endpoint.keys[role],
});

it('a version is served by an endpoint, answers through it, and without it when it is gone', async () => {
  expect(oi('promote', 'NSE', live.version, ...said).ok).toBe(true);
  const inProcess = await score();
  expect(inProcess).toMatchObject({ backend: 'onnx', backend_fault: null });

  // An endpoint that is not there cannot be chosen.
  const wrong = oi('models', 'backend', 'NSE', live.version, 'sagemaker', ...said);
  expect(wrong).toMatchObject({ error: 'RejectedInput' });

  const served = oi('models', 'serve', 'NSE', live.version);
  const endpoint = `test-score-nse-${live.bundle_hash.slice(0, 12)}`;
  expect(served).toMatchObject({ ok: true, endpoint, instance_type: expect.stringMatching(/^ml\./) });
  expect((await score()).backend).toBe('onnx');

  const chosen = oi('models', 'backend', 'NSE', live.version, 'sagemaker', ...said);
  expect(chosen.model).toMatchObject({ backend: 'sagemaker', endpoint, status: 'live' });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const remote = await scoreUntil('sagemaker', null);
  expect(decided(remote)).toEqual(decided(inProcess));

  const history = oi('models', 'deployments').history;
  expect(history.at(-1)).toMatchObject({ event: 'backend_changed', operator: 'asha', endpoint });
  expect(oi('models', 'serve', 'NSE', live.version, '--remove')).toMatchObject({ error: 'Conflict' });

  // Somebody takes it away all the same.
  await sageMakerEndpoints(awsAs('operator')).remove(endpoint);
  const fallen = await scoreUntil('onnx', 'refused');
  expect(decided(fallen)).toEqual(decided(inProcess));

  expect(oi('models', 'backend', 'NSE', live.version, 'onnx', ...said).ok).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(await score()).toMatchObject({ backend: 'onnx', backend_fault: null });
}, 300_000);

it('lets nobody ask or make an endpoint who is not allowed to', async () => {
  const plan = {
    image: outputsOf(cloud.endpoint)['ServingImage'] as string,
    roleArn: outputsOf(cloud.endpoint)['ServingRoleArn'] as string,
    modelData: `s3://${outputsOf(cloud.endpoint)['LakeBucket']}/serving/x/model.tar.gz`,
    instanceType: 'ml.c7g.large',
  };
  const make = (role: 'tracker' | 'operator' | 'viewer', change: object) =>
    sageMakerEndpoints(awsAs(role)).create({ name: 'test-score-x', ...plan, ...change });
  for (const role of ['tracker', 'viewer'] as const) {
    await expect(make(role, {})).rejects.toThrow(/AccessDenied.*sagemaker:CreateModel/);
  }
  await expect(make('operator', { name: 'prod-score-x' })).rejects.toThrow(
    /AccessDenied.*model\/prod-score-x/,
  );
  const otherRole = `${plan.roleArn}-other`;
  await expect(make('operator', { roleArn: otherRole })).rejects.toThrow(/AccessDenied.*iam:PassRole/);
  for (const role of ['tracker', 'operator', 'viewer'] as const) {
    const client = new SageMakerRuntimeClient(awsAs(role));
    const asked = client.send(new InvokeEndpointCommand({ EndpointName: 'test-score-x', Body: '{}' }));
    await expect(asked).rejects.toThrow(/sagemaker:InvokeEndpoint/);
  }
});
