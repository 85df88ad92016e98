import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oiLoopClient } from '../../../clients/typescript/client.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import { runOi } from '../../cli/run-oi.ts';
import { TRACKER_NAMES, trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { buildLayers, ROOT, synthesise } from '../../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from '../../journey/cloud-process.ts';
import { modelShelf } from '../../journey/model-shelf.ts';
import { PYTHON_MISSING, startTracker, type Tracker } from './tap-driver.ts';

const ENVIRONMENT = 'signals';
const NOW = '2025-12-04T11:30:00+05:30';
const EXAMPLE = join(ROOT, 'clients', 'python', 'example_tracker_loop.py');

const folder = mkdtempSync(join(tmpdir(), 'oi-loop-signals-'));
const cdkOut = join(folder, 'cdk.out');
const directory = join(folder, ENVIRONMENT, 'state');
let cloud: CloudProcess;
let tracker: Tracker;
let live: ModelVersion;

type Signal = [signal: string, confidence: number, rationale: string, metadata: Record<string, unknown>];

const oi = (...args: string[]) => runOi(folder, ...args, '--env', ENVIRONMENT, '--json').last();

function operator() {
  const { endpoint } = cloud;
  const { region, keys } = endpoint;
  return oiLoopClient({ endpoint: outputsOf(endpoint)['ApiEndpoint']!, region, credentials: keys.operator });
}

describe.skipIf(PYTHON_MISSING !== '')(`OiLoopSignalGenerator with a live model${PYTHON_MISSING}`, () => {
  beforeAll(async () => {
    await buildLayers();
    await synthesise(cdkOut);
    const candidate = await trainedCandidate({ ...trackerMarket(), seed: 1 });
    const shelf = modelShelf(directory, cdkOut);
    cloud = await startCloudProcess({ cdkOut, directory, simulated: NOW });
    live = await shelf.put(cloud.endpoint, candidate);
    expect(oi('promote', 'NSE', live.version, '--operator', 'asha', '--reason', 'first')).toMatchObject({
      ok: true,
    });
    tracker = startTracker({ OI_ENVIRONMENTS: folder });
    await tracker.ask('open', { environment: ENVIRONMENT, spool: false });
  }, 400_000);
  afterAll(async () => {
    await tracker?.kill();
    await cloud?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("answers on the tracker's own features as the API does, in the tracker's form", {
    timeout: 120_000,
  }, async () => {
    const given = Object.fromEntries(TRACKER_NAMES.map((name, at) => [name, (at % 7) / 7 - 0.4]));
    const features = { ...given, underlying_price: 26_000, underlying_future_price: 26_050 };
    const asked = { exchange: 'NSE', features, use_features: true, deadline: 60 };
    const [signal, confidence, rationale, metadata] = await tracker.ask<Signal>('generate', asked);
    expect(metadata).toMatchObject({ model_version: live.version, hold_reason: null });
    expect(metadata['drivers']).toHaveLength(5);
    const { recommendation } = await operator().ask('GET /v1/recommendations/{id}', {
      path: { id: String(metadata['signal_id']) },
    });
    const { action, probabilities, kelly_full, kelly_fraction, execute, recommended_lots, ...rest } =
      recommendation;
    expect([signal, confidence, rationale]).toEqual([action, rest.confidence, rest.rationale]);
    expect(metadata).toMatchObject({
      buy_prob: probabilities?.buy,
      sell_prob: probabilities?.sell,
      regime: rest.regime,
      kelly_fraction: kelly_full,
      position_size_frac: kelly_fraction,
      recommended_lots: execute ? recommended_lots : 0,
      drivers: rest.drivers,
      risk_flags: rest.risk_flags,
    });
    const outcome = { BUY: 1, SELL: -1, HOLD: 0 }[action];
    const feedback = { signal_id: metadata['signal_id'], outcome };
    expect(await tracker.ask('feedback', feedback)).toEqual({
      exchange: 'NSE',
      signal_id: metadata['signal_id'],
      rolling_accuracy: 1,
      degrade_triggered: false,
    });
    expect(await tracker.ask('feedback', feedback)).toBeNull();
    const trail = () =>
      operator().ask('GET /v1/recommendations/{id}', { path: { id: String(metadata['signal_id']) } });
    await expect
      .poll(async () => (await trail()).feedback, { timeout: 30_000 })
      .toMatchObject([{ label: outcome, note: null, by: expect.stringContaining('tracker') }]);
  });

  it('the example taps, is answered by the model with drivers, and ends well', {
    timeout: 240_000,
  }, async () => {
    const env = {
      ...process.env,
      OI_LOOP_ENABLED: '1',
      OI_ENVIRONMENTS: folder,
      OI_LOOP_ENVIRONMENT: ENVIRONMENT,
    };
    const args = [EXAMPLE, '--rounds', '8', '--seconds', '2', '--spool', join(folder, 'spool')];
    const { stdout } = await promisify(execFile)('python3', args, {
      env: { ...env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    expect(stdout).toMatch(/^[1-8] of 8 rounds had an answer of a model; all was sent$/m);
    expect(stdout).toMatch(/^snapshots: 106 sent, 0 refused$/m);
    expect(stdout).toContain(`model ${live.version}`);
    expect(stdout.match(/^ {2}\S+ +value +\S+ {2}shap [+-]\d\.\d{4}$/gm)?.length).toBeGreaterThanOrEqual(5);
    expect(stdout).not.toContain('bad_data_quality');
  });
});
