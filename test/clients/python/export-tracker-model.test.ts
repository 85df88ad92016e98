import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImport } from '../../../cli/models/import.ts';
import { advance } from '../../../models/hmm/filter.ts';
import { importRegimeTrees } from '../../../models/imported/import-regime-trees.ts';
import type { ImportedModel } from '../../../models/imported/imported-model.ts';
import { lightGbmTexts } from '../../../models/lightgbm/text-oracle.ts';
import { splitColumns } from '../../../models/onnx/compare-scores.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { featureNames } from '../../../shared/domain/features/feature-set.ts';
import { TRACKER_V2_PRICES } from '../../../shared/domain/features/tracker-v2/with-prices.ts';
import type { RegimeTreesManifest } from '../../../shared/domain/training/import-manifest.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import { run, trackerPython } from './tracker-python.ts';

const EXPORTER = join(import.meta.dirname, '..', '..', '..', 'clients', 'python', 'export_tracker_model.py');
const MAKER = join(import.meta.dirname, 'make_tracker_models.py');
const NAMES = featureNames(TRACKER_V2_PRICES);
/** The tracker's 80 columns under its own names. */
const COLUMNS = [
  ...NAMES.slice(0, 78).filter((name) => name !== 'news_sentiment_score'),
  ...['underlying_price', 'underlying_future_price', 'underlying_future_oi'],
];
const OURS = [...NAMES.slice(0, 78).filter((name) => name !== 'news_sentiment_score'), ...NAMES.slice(78)];

const FORMS = ['full', 'diag', 'tied', 'spherical'];

interface Answers {
  readonly rows: number[][];
  readonly regimes: Record<string, number[][]>;
  readonly filtered: number[][];
  readonly viterbi: number[];
  readonly covars: number[][][];
}

const work = mkdtempSync(join(tmpdir(), 'tracker-model-'));
const texts = lightGbmTexts({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
let python: string;
beforeAll(() => {
  python = trackerPython();
  run(python, [MAKER, work, JSON.stringify(COLUMNS), ...FORMS], 'made-up models');
}, 600_000);
afterAll(() => {
  texts[Symbol.dispose]();
  rmSync(work, { recursive: true, force: true });
});

const exportArguments = (pickles: string, into: string, ...more: string[]) => [
  ...[EXPORTER, pickles, '--exchange', 'NSE', '--trained-through', '2025-11-06', '--into', into, ...more],
];

/** Pickles made by the libraries themselves, exported and read: everything but the cloud. */
function exported(form: string): { manifest: RegimeTreesManifest; model: ImportedModel; answers: Answers } {
  const pickles = join(work, form);
  const into = join(work, `${form}-out`);
  run(python, exportArguments(pickles, into), 'the exporter');
  const { manifest, files } = readImport(into);
  const source = {
    files,
    featureSet: TRACKER_V2_PRICES.id,
    featureNames: NAMES,
    medians: NAMES.map(() => null),
  };
  const runtime = { openSession, lightGbm: texts.oracle };
  const model = importRegimeTrees(manifest as RegimeTreesManifest, source, runtime);
  const answers = JSON.parse(readFileSync(join(pickles, 'answers.json'), 'utf8')) as Answers;
  return { manifest: manifest as RegimeTreesManifest, model, answers };
}

describe.each(FORMS)('a pickled model with %s covariances', (form) => {
  let made: ReturnType<typeof exported>;
  beforeAll(() => {
    made = exported(form);
  }, 120_000);

  it('gives the probabilities of predict_proba within 1e-6, regime by regime', async () => {
    const { model, answers } = made;
    const order = String(model.parameters['states']).split(' ');
    const session = await openSession(model.onnx);
    const columns = NAMES.length + 4;
    for (const [number, expected] of Object.entries(answers.regimes)) {
      const values = Float32Array.from(
        answers.rows.flatMap((row) => [
          ...NAMES.map((name) => row[OURS.indexOf(name)] ?? 0),
          ...order.map((own) => (own === number ? 1 : 0)),
        ]),
      );
      const { probabilities } = await session.run(
        splitColumns({ values, rows: answers.rows.length, columns }, 4),
      );
      probabilities.forEach((value, at) => {
        expect(Math.abs(value - expected[Math.floor(at / 3)]![at % 3]!)).toBeLessThan(1e-6);
      });
    }
    await session.close();
  });

  it("filters the regime as hmmlearn's forward pass does, and mostly agrees with the tracker's Viterbi", () => {
    const { model, answers } = made;
    const order = String(model.parameters['states']).split(' ').map(Number);
    let state: Float64Array | null = null;
    let agreed = 0;
    answers.rows.forEach((row, at) => {
      const inputs = model.regime.inputs.map((name) => row[OURS.indexOf(name)] as number);
      state = advance(model.regime, state, inputs);
      order.forEach((number, own) => {
        expect(Math.abs(state![own]! - answers.filtered[at]![number]!)).toBeLessThan(1e-9);
      });
      const likeliest = order[state.indexOf(Math.max(...state))];
      if (likeliest === answers.viterbi[at]) agreed += 1;
    });
    expect(agreed / answers.rows.length).toBeGreaterThan(0.9);
  });

  it('keeps the covariances as the library has them in full', () => {
    const { answers, manifest } = made;
    const { files } = readImport(join(work, `${form}-out`));
    const regime = JSON.parse(new TextDecoder().decode(files.get(manifest.regime.file)));
    (regime.covars as number[][][]).forEach((matrix, own) => {
      matrix.forEach((row, i) => {
        row.forEach((value, j) => {
          expect(value).toBeCloseTo(answers.covars[own]![i]![j]!, 12);
        });
      });
    });
  });

  it('says what it is and what is not the same', () => {
    const { manifest } = made;
    expect(manifest).toMatchObject({ kind: 'regime-trees', family: 'tracker', exchange: 'NSE' });
    expect(manifest.member_of_state).toEqual([0, 1, 2, null]);
    expect(manifest.members.map(({ classes }) => classes)).toEqual([
      [-1, 0, 1],
      [-1, 0, 1],
      [0, 1],
    ]);
    expect(manifest.configurations_tried).toBeNull();
    expect(manifest.made_with).toMatchObject({ lightgbm: '4.7.0', hmmlearn: '0.3.3' });
    expect(manifest.notes).toContain('Viterbi');
  });
});

describe('the exporter', () => {
  it('ends with the file that is missing', () => {
    const nowhere = join(work, 'nowhere');
    expect(() => run(python, exportArguments(nowhere, join(work, 'x')), 'the exporter')).toThrow(
      /model_features.pkl: expected the tracker's file, was absent/,
    );
  });

  it('ends when the inputs of the regime model are others', () => {
    const more = ['--regime-features', 'vix', 'realized_vol_5m'];
    expect(() =>
      run(python, exportArguments(join(work, 'full'), join(work, 'y'), ...more), 'the exporter'),
    ).toThrow(/--regime-features: expected 5 names, as many as the regime model has inputs, was 2/);
  });

  it('writes thresholds when both are given, and what was tried', () => {
    const into = join(work, 'z');
    const more = ['--buy-threshold', '0.6', '--sell-threshold', '0.7', '--configurations-tried', '1'];
    run(python, exportArguments(join(work, 'full'), into, ...more), 'the exporter');
    expect(readImport(into).manifest).toMatchObject({
      thresholds: { buy: 0.6, sell: 0.7 },
      configurations_tried: 1,
    });
    expect(() =>
      run(python, exportArguments(join(work, 'full'), into, '--buy-threshold', '0.6'), 'the exporter'),
    ).toThrow(/expected both or neither, was one/);
  });
});
