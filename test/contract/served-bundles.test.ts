import { afterAll, beforeAll, expect, it } from 'vitest';
import { onnxBackend } from '../../functions/score/onnx-backend.ts';
import { trainCandidate } from '../../models/candidate/train.ts';
import { importCandidate } from '../../models/imported/candidate.ts';
import { importOnnx } from '../../models/imported/import-onnx.ts';
import { lightGbmFamily } from '../../models/lightgbm/family.ts';
import { linearFamily } from '../../models/linear/family.ts';
import { stackedFamily } from '../../models/stacked/family.ts';
import { openGraph, openSession } from '../../shared/adapters/onnx/open-session.ts';
import { endpointBackend } from '../../shared/adapters/sagemaker/endpoint-backend.ts';
import { type OnnxManifest, readImportManifest } from '../../shared/domain/training/import-manifest.ts';
import type { ModelFamily } from '../../shared/ports/model-family.ts';
import type { RegimeState } from '../../shared/ports/model-scorer.ts';
import type { Candidate, CandidateOptions } from '../../shared/ports/model-trainer.ts';
import type { BackendAnswer } from '../../shared/ports/scoring-backend.ts';
import { marketRows } from '../factories/market-rows.ts';
import { type EndpointCloud, startEndpointCloud } from '../factories/model-endpoint.ts';
import { libraryFolder, WORKER_FILE } from '../factories/native-libraries.ts';
import { openFiles } from '../factories/tracker-market.ts';
import { foreignGraph } from '../models/imported/foreign-graph.ts';

const WIDTH = 8;
const shape = { rowsPerSession: 150, features: WIDTH, edge: 0.6, seed: 3 };
const market = marketRows({ sessions: 9, ...shape });
const trees = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });

let cloud: EndpointCloud;
beforeAll(async () => {
  cloud = await startEndpointCloud();
});
afterAll(async () => {
  await trees.close();
  await cloud.stop();
});

function trained(family: ModelFamily, changed: Partial<CandidateOptions>, rows = market): Promise<Candidate> {
  const options = { rounds: 10, folds: 2, exactnessRows: 200, ...changed };
  return trainCandidate({ ...rows, options }, { family, openSession });
}

const SMALL_LEAVES = { parameters: { min_data_in_leaf: 20 } };

interface Kind {
  readonly make: () => Promise<Pick<Candidate, 'files'>>;
  /** The file that explains its answers. */
  readonly explainedBy: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  stacked: {
    make: () =>
      trained(stackedFamily([trees, linearFamily()]), { parameters: { 'lightgbm.min_data_in_leaf': 20 } }),
    explainedBy: 'stacked.json',
  },
  'one model per regime': {
    make: () =>
      trained(linearFamily(), { perRegime: true, regimeStates: 2 }, marketRows({ sessions: 36, ...shape })),
    explainedBy: 'mixture.json',
  },
  distilled: {
    make: async () => (await trained(trees, { ...SMALL_LEAVES, distilledFeatures: 2 })).distilled!,
    explainedBy: 'trees.json',
  },
  'imported, a graph of its own': { make: imported, explainedBy: 'permutation.json' },
};

function imported(): Promise<Pick<Candidate, 'files'>> {
  const manifest = readImportManifest(
    JSON.stringify({
      ...{ schema: 1, kind: 'onnx', family: 'catboost', feature_set: 'synthetic' },
      features: ['signal', 'vix', 'realized_vol_5m', 'sometimes_missing', 'noise_7'],
      ...{ class_order: ['BUY', 'SELL', 'HOLD'], trained_through: '2025-11-06' },
    }),
  );
  const files = new Map([['model.onnx', foreignGraph({})]]);
  const told = {
    ...{ by: 'anita', files: { 'model.onnx': 'b'.repeat(64) }, trained_through: '2025-11-06' },
    ...{ configurations_tried: 3, made_with: { catboost: '1.2' }, notes: 'a try' },
  };
  return importCandidate(
    { input: market, manifest, files, imported: told },
    {
      openSession,
      read: (one, from) => importOnnx(one as OnnxManifest, from, { openSession, openGraph }),
    },
  );
}

/** An answer with its contributions looked at. */
const whole = ({ scored, explanations }: BackendAnswer) => ({
  scored: {
    ...scored,
    probabilities: [...scored.probabilities],
    rawScores: [...scored.rawScores],
    regimeProbabilities: [...scored.regimeProbabilities],
  },
  explained: explanations.map(({ method, baseScore, contributions }) => ({
    method,
    baseScore,
    contributions,
  })),
});

it.each(Object.entries(KINDS))(
  'a bundle that is %s answers behind an endpoint as in process, to the last bit',
  async (kind, { make, explainedBy }) => {
    const { files } = await make();
    expect([...files.keys()]).toContain(explainedBy);
    const name = `desk-score-${Object.keys(KINDS).indexOf(kind)}`;
    const scorer = await openFiles(files);
    await cloud.serve(name, files);
    const asked = { client: cloud.client, endpoint: name, deadlineMs: 20_000 };
    const served = endpointBackend(scorer.bundle, asked);
    const own = onnxBackend(scorer);
    let state: RegimeState = null;
    for (let at = 0; at < 12; at += 1) {
      const row = market.features.slice(at * 37 * WIDTH, (at * 37 + 1) * WIDTH);
      if (at > 8) row.fill(Number.NaN, at - 8, at);
      const answer = await served.answer(row, state);
      expect(whole(answer)).toStrictEqual(whole(await own.answer(row, state)));
      state = scorer.advanceRegime(state, row);
    }
    await scorer.close();
  },
  120_000,
);
