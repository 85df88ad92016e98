import { join } from 'node:path';
import { bindLibrary } from '../models/boosting/native-library.ts';
import { openExplainer } from '../models/families/explainer.ts';
import { lightGbmBackend } from '../models/lightgbm/backend.ts';
import { type CApi, loadBooster, predict, SIGNATURES } from '../models/lightgbm/booster.ts';
import { parameterText } from '../models/lightgbm/parameters.ts';
import { parseModel } from '../models/lightgbm/parse-model.ts';
import { writeForest } from '../models/trees/forest.ts';
import { percentile, resultLine } from './parts/harness.ts';
import { trainingRows } from './parts/training-rows.ts';

/**
 * Exact Shapley values of one row, all three classes, from 600 trees: ours in TypeScript against LightGBM's own
 * contributions on the same rows, and how far the two are apart. Arguments: rows (400), leaves a tree (15, the default
 * of the production family).
 */
const COLUMNS = 75;
const ROUNDS = 200;
const CLASSES = 3;
const WARM_UP = 50;
const TARGET_MS = 2.5;
const MOST_DIFFERENCE = 1e-9;
const count = Number(process.argv[2] ?? 400);
const leaves = Number(process.argv[3] ?? 15);

const layer = join(import.meta.dirname, '..', 'layers', 'lightgbm', 'build', process.arch, 'lib');
const [library, openmp] = [join(layer, 'lib_lightgbm.so'), join(layer, 'libgomp.so.1')];

const data = trainingRows(20_000, COLUMNS, 5);
const { text } = lightGbmBackend(library, openmp).train(
  {
    training: { ...data, features: data.values, weights: Float32Array.from(data.weights) },
    validation: null,
    parameters: parameterText({ num_leaves: leaves, max_depth: -1, min_data_in_leaf: 20 }, 5, 1),
    rounds: ROUNDS,
    earlyStoppingRounds: 1,
  },
  { cancelled: () => false, onRound: () => undefined },
);
const forest = parseModel(text);
const files = new Map([['trees.json', new TextEncoder().encode(writeForest(forest))]]);
const explainer = openExplainer('lightgbm', files);
const api: CApi = bindLibrary(library, openmp, SIGNATURES, 'LGBM_GetLastError');
const booster = loadBooster(api, text);

const ours: number[] = [];
const peer: number[] = [];
let worst = 0;
for (let row = 0; row < WARM_UP + count; row += 1) {
  const features = data.values.slice(row * COLUMNS, (row + 1) * COLUMNS);
  const start = performance.now();
  const values = explainer(features).contributions;
  const between = performance.now();
  const theirs = predict(
    api,
    booster,
    { features, rows: 1, columns: COLUMNS },
    'contribution',
    CLASSES * (COLUMNS + 1),
  );
  const end = performance.now();
  if (row >= WARM_UP) {
    ours.push(between - start);
    peer.push(end - between);
  }
  values.forEach((value, at) => {
    const place = Math.floor(at / COLUMNS) * (COLUMNS + 1) + (at % COLUMNS);
    worst = Math.max(worst, Math.abs(value - theirs[place]!));
  });
}
booster[Symbol.dispose]();

console.log(
  resultLine({
    bench: 'shap',
    ours: percentile(ours, 0.5),
    peer: percentile(peer, 0.5),
    peer_source: 'measured',
    unit: `ms a row (p50), ${forest.roots.length} trees of ${leaves} leaves, three classes; the peer is the library itself`,
    target: TARGET_MS,
    better: 'lower',
    rows: count,
    ours_p99_ms: percentile(ours, 0.99),
    peer_p99_ms: percentile(peer, 0.99),
    deepest_leaf: deepest(),
    worst_difference: worst,
    exact_met: worst <= MOST_DIFFERENCE,
  }),
);

function deepest(): number {
  const depth = (child: number): number =>
    child < 0 ? 0 : 1 + Math.max(depth(forest.left[child]!), depth(forest.right[child]!));
  return forest.roots.reduce((most, root) => Math.max(most, depth(root)), 0);
}
