import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleRecord } from '../../../functions/evaluate/bundle-record.ts';
import { importModel } from '../../../functions/train/import-model.ts';
import { importCandidate } from '../../../models/imported/candidate.ts';
import { importOnnx } from '../../../models/imported/import-onnx.ts';
import { openGraph, openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { renderChart } from '../../../shared/adapters/vega/render-chart.ts';
import type { OnnxManifest } from '../../../shared/domain/training/import-manifest.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { TRACKER_NAMES, trackerMarket } from '../../factories/tracker-market.ts';
import { foreignGraph } from '../../models/imported/foreign-graph.ts';
import { storeMarket, type TrainingWorld, trainingWorld, VERSION } from './training-world.ts';

const PREFIX = 'imported/models/NSE/0123456789abcdef/';
const market = trackerMarket();
const sessions = [...new Set(market.sessions)];
const manifest = {
  ...{ schema: 1, kind: 'onnx', family: 'catboost', exchange: 'NSE', feature_set: 'tracker-v2' },
  features: TRACKER_NAMES.slice(3, 8),
  class_order: ['SELL', 'HOLD', 'BUY'],
  trained_through: sessions[Math.floor(sessions.length / 2)],
  configurations_tried: 4,
};

let cloud: EmbeddedCloud;
let world: TrainingWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  world = await trainingWorld(cloud);
  await storeMarket(world, market);
});
afterAll(() => cloud.stop());

/** The use-case with everything real behind it; the manifest as brought, with changes. */
async function importing(change: object = {}, request: object = {}) {
  const { bucket, datasets, models, ledger, lake, time } = world;
  await bucket.put(`${PREFIX}manifest.json`, JSON.stringify({ ...manifest, ...change }));
  await bucket.put(`${PREFIX}model.onnx`, foreignGraph());
  const run = importModel({
    ...{ datasets, models, ledger, lake, bucket, draw: renderChart, topK: 5, blockingFlags: [], seed: 1 },
    readFiles: bundleFiles(bucket),
    importCandidate: (asked) =>
      importCandidate(asked, {
        openSession,
        read: (own, source) => importOnnx(own as OnnxManifest, source, { openSession, openGraph }),
      }),
    options: { costReturn: 0.0001 },
    clock: () => time.nowMs,
    codeVersion: 'test',
  });
  return run({ exchange: 'NSE', prefix: PREFIX, by: 'anita', ...request });
}

describe('an imported model', () => {
  it('is registered as a candidate that names its origin, with a bundle, a report and a trial', async () => {
    const report = await importing({}, { dataset_version: VERSION });
    expect(report).toMatchObject({ family: 'catboost', dataset_version: VERSION, created: true });
    const row = await world.models.version('NSE', 'tb15', report.version);
    expect(row).toMatchObject({ status: 'candidate', family: 'catboost', imported_by: 'anita' });
    const files = await bundleFiles(world.bucket)(row.bundle_prefix);
    const bundle = JSON.parse(new TextDecoder().decode(files.get('bundle.json')));
    expect(bundle.imported).toMatchObject({ by: 'anita', configurations_tried: 4 });
    expect(Object.keys(bundle.imported.files)).toEqual(['manifest.json', 'model.onnx']);
    const trials = await world.ledger.all('NSE', 'tb15');
    expect(trials.at(-1)).toMatchObject({ family: 'catboost', imported: true });
    const page = new TextDecoder().decode(await world.bucket.get(report.report_key));
    expect(page).toMatch(/nothing after .+ is its maker.+s word/);
    expect(page.match(/<svg/g)?.length).toBeGreaterThan(4);
  });

  it('is what the gate reads: held-out sessions after its training, no walk-forward, its origin', async () => {
    const { version } = await importing();
    const row = await world.models.version('NSE', 'tb15', version);
    const record = bundleRecord(row, await bundleFiles(world.bucket)(row.bundle_prefix));
    expect(record.judge.walk_forward).toEqual([]);
    expect(record.judge.held_out.length).toBeGreaterThan(0);
    expect(record.judge.held_out.every(({ session }) => session > String(manifest.trained_through))).toBe(
      true,
    );
    expect(record.imported).toMatchObject({ by: 'anita', configurations_tried: 4 });
    expect(record.failedLeakageChecks).toEqual([]);
    expect(record.export.hashes_verified).toBe(true);
  });

  it('is reported with the numbers of any candidate: on the sessions kept back and by regime', async () => {
    const { version, report_key } = await importing();
    const text = async (key: string) => new TextDecoder().decode(await world.bucket.get(key));
    const numbers = JSON.parse(await text(`reports/NSE/tb15/${version}/import_report.json`));
    const [heldOut, ...byRegime] = numbers.scores;
    expect(heldOut).toMatchObject({ ...numbers.held_out, rows_judged: 'held out' });
    expect(heldOut.precision_at_top_k).toBeGreaterThanOrEqual(0);
    expect(byRegime.reduce((sum: number, { rows }: { rows: number }) => sum + rows, 0)).toBe(heldOut.rows);
    const html = await text(report_key);
    for (const words of [
      '<th class="number">Precision@5</th>',
      '>held-out sessions<',
      '>sessions for the thresholds<',
      '>regime 0<',
    ])
      expect(html).toContain(words);
  });

  it('is the same version when brought again', async () => {
    const first = await importing();
    expect(await importing()).toMatchObject({ version: first.version, created: false });
  });

  it('is the same version whatever its notes say: the version is of what answers', async () => {
    const first = await importing();
    const second = await importing({ notes: 'another' });
    const rows = [first, second].map(({ version }) => world.models.version('NSE', 'tb15', version));
    const [a, b] = await Promise.all(rows);
    expect(a?.bundle_hash).toBe(b?.bundle_hash);
    expect(a?.version).toBe(b?.version);
  });

  it.each([
    ['for another exchange', { exchange: 'BSE' }, {}, /exchange: expected BSE as the manifest says, was NSE/],
    [
      'of a set without a dataset',
      { feature_set: 'chain-v3' },
      {},
      /feature_set: expected one that a dataset of NSE is made of \(tracker-v2\), was chain-v3; make one with/,
    ],
    [
      'on a dataset of another set',
      { feature_set: 'chain-v3' },
      { dataset_version: VERSION },
      /dataset: expected a version of feature set chain-v3, which the model takes, was 2025-12-04 of tracker-v2/,
    ],
    [
      'of a magnitude',
      { target: 'mag15' },
      {},
      /target: expected one with the classes SELL, HOLD and BUY, was mag15/,
    ],
    [
      'with a manifest that is wrong',
      { class_order: ['SELL', 'BUY'] },
      {},
      /manifest.json: class_order: expected SELL, HOLD and BUY, each once/,
    ],
    [
      'that learnt through the newest session',
      { trained_through: '2026-01-01' },
      {},
      /trained_through: expected a session before the newest of dataset 2025-12-04/,
    ],
  ])('%s is refused', async (_, change, request, message) => {
    await expect(importing(change, request)).rejects.toThrow(message);
  });
});
