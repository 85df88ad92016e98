import { CLASS_COUNT, HOLD } from '../../shared/domain/training/classes.ts';
import type { RegimeTreesManifest } from '../../shared/domain/training/import-manifest.ts';
import { InvariantViolated, RejectedInput } from '../../shared/errors.ts';
import type { OpenSession } from '../../shared/ports/model-session.ts';
import { renumberStates } from '../hmm/order.ts';
import { parseModel } from '../lightgbm/parse-model.ts';
import { checkMixture, type MemberOracle } from '../mixture/exactness.ts';
import { memberGraph, regimeMixtureGraph } from '../mixture/graph.ts';
import { type RegimeMixture, writeMixture } from '../mixture/regime-mixture.ts';
import { writeClassifier } from '../onnx/classifier.ts';
import { splitColumns } from '../onnx/compare-scores.ts';
import { type Forest, moveColumns } from '../trees/forest.ts';
import { featurePlaces } from './feature-places.ts';
import { fileNamed } from './file-named.ts';
import type { ImportedModel, ImportSource } from './imported-model.ts';
import { calmestFirst, readRegimeFile } from './regime.ts';
import { completeLabels, threeClasses, threeScores, UNSEEN, withConstant } from './three-classes.ts';

/** A library that reads its own text again: the word on what the text says. */
export type TextOracle = (text: string, trees: number, classes: number) => MemberOracle;

interface Runtime {
  readonly openSession: OpenSession;
  readonly lightGbm: TextOracle;
}

interface Member {
  readonly forest: Forest;
  readonly oracle: MemberOracle;
}

const IDENTITY = { scale: [1, 1, 1], bias: [0, 0, 0] };

/**
 * LightGBM models by regime as one bundle: the model of the likeliest state answers, as the tracker has it; a state without
 * a model says HOLD. States are renumbered, the calmest first.
 *
 * @throws RejectedInput naming the file or field that is wrong, or the library that is missing
 */
export function importRegimeTrees(
  manifest: RegimeTreesManifest,
  source: ImportSource,
  runtime: Runtime,
): ImportedModel {
  const { featureSet, featureNames, files } = source;
  const read = readRegimeFile(
    new TextDecoder().decode(fileNamed(files, manifest.regime.file)),
    manifest.regime.file,
    featureSet,
    featureNames,
  );
  checkStates(manifest, read.states);
  const order = calmestFirst(read);
  const regime = renumberStates(read, order);
  const places = featurePlaces(manifest.features, featureSet, featureNames);
  const columns = featureNames.length + regime.states;
  const members = manifest.members.map((member) => readMember(member, source, places, columns, runtime));
  const hold = members.length;
  const memberOfState = order.map((state) => manifest.member_of_state[state] ?? hold);
  if (memberOfState.includes(hold)) members.push(holdMember(columns));
  const mixture: RegimeMixture = {
    form: 'likeliest',
    memberOfState,
    members: members.map(({ forest }) => ({ kind: 'trees', forest })),
  };
  const graph = regimeMixtureGraph(mixture.members.map(memberGraph), memberOfState, mixture.form);
  const onnx = writeClassifier(graph, regime.states, IDENTITY);
  return {
    onnx,
    files: new Map([['mixture.json', new TextEncoder().encode(writeMixture(mixture))]]),
    regime,
    kept: keptFeatures(members, featureNames.length),
    parameters: {
      form: mixture.form,
      members: manifest.members.length,
      trees: members.reduce((sum, { forest }) => sum + forest.roots.length, 0),
      // What the maker calls each of our states.
      states: order.join(' '),
    },
    rounds: Math.max(...members.map(({ forest }) => Math.ceil(forest.roots.length / CLASS_COUNT))),
    async verify(sample, count, seed) {
      const session = await runtime.openSession(onnx);
      try {
        const oracles = members.map(({ oracle }) => oracle);
        return await checkMixture({ mixture, oracles, session, calibration: IDENTITY, sample, count, seed });
      } finally {
        await session.close();
      }
    },
  };
}

function checkStates({ member_of_state, members, regime }: RegimeTreesManifest, states: number): void {
  if (member_of_state.length !== states) {
    throw new RejectedInput(
      `member_of_state: expected ${states} entries, one for each state of ${regime.file}, was ${member_of_state.length}`,
      { field: 'member_of_state' },
    );
  }
  const unknown = member_of_state.find((member) => member !== null && member >= members.length);
  if (unknown === undefined) return;
  throw new RejectedInput(
    `member_of_state: expected numbers below ${members.length} (the members are counted from 0), was ${unknown}`,
    { field: 'member_of_state' },
  );
}

function readMember(
  { file, classes }: RegimeTreesManifest['members'][number],
  { files, featureNames }: ImportSource,
  places: Int32Array,
  columns: number,
  { lightGbm }: Runtime,
): Member {
  const text = new TextDecoder().decode(fileNamed(files, file));
  const parsed = parsedText(text, file);
  if (parsed.columns !== places.length) {
    const message = `${file}: expected ${places.length} columns, the features of the manifest, was ${parsed.columns}`;
    throw new RejectedInput(`${message}; list what the model takes, in its order`, { field: 'features' });
  }
  const labels = completeLabels(
    classes.map((label) => label + 1),
    parsed.classes,
  );
  const oracle = lightGbm(text, parsed.roots.length, parsed.classes);
  const own = (matrix: { values: Float32Array; rows: number; columns: number }) => {
    const { features } = splitColumns(matrix, columns - featureNames.length);
    return {
      values: picked(features, featureNames.length, places),
      rows: matrix.rows,
      columns: places.length,
    };
  };
  const stumps = CLASS_COUNT - labels.length + (parsed.classes === 1 ? 1 : 0);
  return {
    forest: moveColumns(threeClasses(parsed, labels, file), places, columns),
    oracle: {
      rawScores: async (matrix) => threeScores(await oracle.rawScores(own(matrix)), parsed.classes, labels),
      async leaves(matrix) {
        const leaves = (await oracle.leaves?.(own(matrix))) ?? [];
        return withConstant(leaves, parsed.roots.length, stumps);
      },
    },
  };
}

function parsedText(text: string, file: string): Forest {
  try {
    const forest = parseModel(text);
    if (forest.roots.length > 0 && [1, CLASS_COUNT].includes(forest.classes)) return forest;
    throw new InvariantViolated(`expected trees for three classes, was ${forest.classes} classes`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RejectedInput(`${file}: ${why}; write it with Booster.model_to_string()`, {
      field: file,
      cause,
    });
  }
}

function picked(features: Float32Array, width: number, places: Int32Array): Float32Array {
  const rows = features.length / width;
  const values = new Float32Array(rows * places.length);
  for (let row = 0; row < rows; row += 1) {
    places.forEach((place, at) => {
      values[row * places.length + at] = features[row * width + place] as number;
    });
  }
  return values;
}

/** HOLD whatever comes: three trees that are leaves. */
function holdMember(columns: number): Member {
  const scores = Float64Array.from({ length: CLASS_COUNT }, (_, own) => (own === HOLD ? 0 : UNSEEN));
  const numbers = Int32Array.from({ length: CLASS_COUNT }, (_, at) => at);
  const forest: Forest = {
    classes: CLASS_COUNT,
    columns,
    roots: numbers.map((at) => ~at),
    treeClasses: numbers,
    firstLeaves: numbers,
    feature: new Int32Array(0),
    threshold: new Float64Array(0),
    missingLeft: new Uint8Array(0),
    left: new Int32Array(0),
    right: new Int32Array(0),
    leafValue: scores,
    leafCover: new Float64Array(CLASS_COUNT).fill(1),
  };
  const rawScores = async ({ rows }: { rows: number }) =>
    Float64Array.from({ length: rows * CLASS_COUNT }, (_, at) => scores[at % CLASS_COUNT] as number);
  return { forest, oracle: { rawScores } };
}

function keptFeatures(members: readonly Member[], features: number): number[] {
  const used = new Set(members.flatMap(({ forest }) => [...forest.feature]));
  return [...used].filter((column) => column < features).sort((a, b) => a - b);
}
