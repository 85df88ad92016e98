import {
  type Bundle,
  bundleHash,
  bundleSchema,
  bundleVersion,
  sha256Hex,
} from '../../shared/domain/training/bundle.ts';
import { forRegimeStates } from '../../shared/domain/training/calibration.ts';
import { canonicalJson } from '../../shared/domain/training/canonical-json.ts';
import type { ChosenCalibration } from '../../shared/domain/training/choose-calibration.ts';
import { CLASSES } from '../../shared/domain/training/classes.ts';
import type { Decision } from '../../shared/domain/training/decision.ts';
import { referenceProfile } from '../../shared/domain/training/reference-profile.ts';
import type { ExportedModel } from '../../shared/ports/model-family.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';
import { writeHmm } from '../hmm/json.ts';
import type { Fitted } from './fit-procedure.ts';

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);

/** The files that decide what is answered. */
export function scoringFiles(
  input: CandidateInput,
  training: Int32Array,
  fitted: Fitted,
  exported: ExportedModel,
  chosen: ChosenCalibration,
  decision: Decision,
): Map<string, Uint8Array> {
  const { selector, hmm } = fitted;
  const calibration = forRegimeStates(chosen.calibration, hmm.states);
  return new Map([
    ['model.onnx', exported.onnx],
    ...exported.files,
    ['regime.json', new TextEncoder().encode(writeHmm(hmm))],
    ['selector.json', encode({ schema: 1, ...selector })],
    ['calibrator.json', encode({ schema: 2, ...calibration, out_of_fold_log_loss: chosen.logLosses })],
    ['decision.json', encode({ schema: 1, ...decision })],
    ['reference.json', encode(referenceProfile(input.featureNames, input.features, training))],
  ]);
}

export interface BundleFacts {
  readonly family: string;
  readonly fitted: Fitted;
  readonly exploratory: boolean;
  readonly trainedThrough: string;
  readonly holdoutSessions: readonly string[];
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
}

/** Adds bundle.json, the table of contents with the hash of every other file. */
export function withBundle(
  input: CandidateInput,
  files: Map<string, Uint8Array>,
  facts: BundleFacts,
): { files: Map<string, Uint8Array>; bundle: Bundle } {
  const hashes = Object.fromEntries([...files].map(([path, bytes]) => [path, sha256Hex(bytes)]));
  const hash = bundleHash(hashes);
  const bundle = bundleSchema.parse({
    schema: 1,
    version: bundleVersion(input.datasetVersion, hash),
    bundle_hash: hash,
    logic_hash: logicHash(input, facts),
    exchange: input.exchange,
    target: input.target,
    family: facts.family,
    feature_set: input.featureSet,
    feature_names: input.featureNames,
    class_order: CLASSES,
    regime_inputs: facts.fitted.hmm.inputs,
    regime_states: facts.fitted.hmm.states,
    dataset_version: input.datasetVersion,
    dataset_hash: input.datasetHash,
    code_version: input.codeVersion,
    seed: input.seed,
    parameters: facts.parameters,
    rounds: facts.fitted.model.rounds,
    exploratory: facts.exploratory,
    trained_through: facts.trainedThrough,
    holdout_sessions: facts.holdoutSessions,
    created_at: input.createdAt,
    files: hashes,
  });
  return { files: new Map([...files, ['bundle.json', encode(bundle)]]), bundle };
}

/** Features, target, family and code: what separates a refresh from a replacement. */
function logicHash(input: CandidateInput, { family }: BundleFacts): string {
  const { featureSet, featureNames, target, codeVersion } = input;
  return sha256Hex(canonicalJson({ featureSet, featureNames, target, family, codeVersion }));
}
