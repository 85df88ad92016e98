import {
  type Bundle,
  bundleHash,
  bundleSchema,
  bundleVersion,
  type ImportedFrom,
  sha256Hex,
} from '../../shared/domain/training/bundle.ts';
import { forRegimeStates } from '../../shared/domain/training/calibration.ts';
import type { ChosenCalibration } from '../../shared/domain/training/choose-calibration.ts';
import { CLASSES } from '../../shared/domain/training/classes.ts';
import type { Decision } from '../../shared/domain/training/decision.ts';
import { type Logic, logicHash } from '../../shared/domain/training/logic-hash.ts';
import type { Procedure } from '../../shared/domain/training/procedure.ts';
import { referenceProfile } from '../../shared/domain/training/reference-profile.ts';
import type { ExportedModel } from '../../shared/ports/model-family.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';
import { writeHmm } from '../hmm/json.ts';
import type { Fitted } from './fit-procedure.ts';

export const encode = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);

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

/** What the table of contents says of a fit. */
export interface FittedFacts {
  readonly hmm: Pick<Fitted['hmm'], 'inputs' | 'states'>;
  readonly model: Pick<Fitted['model'], 'rounds'>;
}

/** The version that a candidate was distilled out of, and the features that it was left with. */
export interface DistilledFrom {
  readonly of: string;
  readonly features: readonly string[];
}

export interface BundleFacts {
  readonly family: string;
  readonly fitted: FittedFacts;
  readonly exploratory: boolean;
  readonly trainedThrough: string;
  readonly holdoutSessions: readonly string[];
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** How it was trained; left out for what was made elsewhere. */
  readonly procedure?: Procedure | undefined;
  /** Of a candidate that was distilled out of another. */
  readonly distilled?: DistilledFrom | undefined;
  /** Left out for what was trained here. */
  readonly imported?: ImportedFrom | undefined;
}

/** Adds bundle.json, the table of contents with the hash of every other file. */
export function withBundle(
  input: CandidateInput,
  files: Map<string, Uint8Array>,
  facts: BundleFacts,
): { files: Map<string, Uint8Array>; bundle: Bundle } {
  const bundle = bundleSchema.parse({ ...tableOfContents(input, files, facts), class_order: CLASSES });
  return { files: withContents(files, bundle), bundle };
}

/** What a bundle's table of contents says, whatever it answers. */
export function tableOfContents(
  input: Omit<CandidateInput, 'targets' | 'forwardReturns'>,
  files: ReadonlyMap<string, Uint8Array>,
  facts: BundleFacts,
) {
  const hashes = Object.fromEntries([...files].map(([path, bytes]) => [path, sha256Hex(bytes)]));
  const hash = bundleHash(hashes);
  return {
    schema: 1,
    version: bundleVersion(input.datasetVersion, hash),
    bundle_hash: hash,
    logic_hash: logicHash(logicOf(input, facts)),
    exchange: input.exchange,
    target: input.target,
    family: facts.family,
    feature_set: input.featureSet,
    feature_names: input.featureNames,
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
    ...(facts.procedure && { procedure: facts.procedure }),
    ...(facts.distilled && { distilled_of: facts.distilled.of }),
    ...(facts.imported && { imported: facts.imported }),
    files: hashes,
  };
}

/** The files with their table of contents. */
export function withContents(
  files: ReadonlyMap<string, Uint8Array>,
  contents: object,
): Map<string, Uint8Array> {
  return new Map([...files, ['bundle.json', encode(contents)]]);
}

/** A candidate's logic: what separates a refresh from a replacement. */
function logicOf(
  {
    featureSet,
    featureNames,
    target,
    labelSet,
    codeVersion,
  }: Omit<CandidateInput, 'targets' | 'forwardReturns'>,
  { family, distilled, imported, parameters }: BundleFacts,
): Logic {
  return {
    ...{ featureSet, featureNames, target, labelSet, codeVersion, family },
    distilled: distilled !== undefined,
    perRegime: parameters['per_regime'] === true,
    imported: imported?.files ?? null,
  };
}
