import {
  type MagnitudeBundle,
  magnitudeBundleSchema,
} from '../../shared/domain/training/magnitude/bundle.ts';
import { referenceProfile } from '../../shared/domain/training/reference-profile.ts';
import type { MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import type { ExportedModel } from '../../shared/ports/model-family.ts';
import { type BundleFacts, encode, tableOfContents, withContents } from '../candidate/bundle-files.ts';
import { writeHmm } from '../hmm/json.ts';
import type { Fitted } from './fit.ts';

/** The files that decide what is answered: as for classes, without calibration and thresholds. */
export function scoringFiles(
  input: MagnitudeInput,
  training: Int32Array,
  { selector, hmm }: Fitted,
  exported: ExportedModel,
): Map<string, Uint8Array> {
  return new Map([
    ['model.onnx', exported.onnx],
    ...exported.files,
    ['regime.json', new TextEncoder().encode(writeHmm(hmm))],
    ['selector.json', encode({ schema: 1, ...selector })],
    ['reference.json', encode(referenceProfile(input.featureNames, input.features, training))],
  ]);
}

/** Adds bundle.json, the table of contents, which names the kind and the unit. */
export function withBundle(
  input: MagnitudeInput,
  files: ReadonlyMap<string, Uint8Array>,
  facts: BundleFacts,
): { files: Map<string, Uint8Array>; bundle: MagnitudeBundle } {
  const contents = { ...tableOfContents(input, files, facts), kind: 'magnitude', unit: input.unit };
  const bundle = magnitudeBundleSchema.parse(contents);
  return { files: withContents(files, bundle), bundle };
}
