import * as z from 'zod';
import { bundleSchema, verifyContents } from '../bundle.ts';

/** The table of contents of a bundle that answers a number instead of classes. */
export const magnitudeBundleSchema = bundleSchema.omit({ class_order: true }).extend({
  kind: z.literal('magnitude'),
  /** What one unit of an answer is. */
  unit: z.string().min(1),
});
export type MagnitudeBundle = z.infer<typeof magnitudeBundleSchema>;

/**
 * Reads the bundle.json of a magnitude and checks every file against it.
 *
 * @throws InvariantViolated naming the file that is missing or different, or when the bundle answers classes
 */
export function verifyMagnitudeBundle(files: ReadonlyMap<string, Uint8Array>): MagnitudeBundle {
  return verifyContents(files, 'magnitude', magnitudeBundleSchema);
}
