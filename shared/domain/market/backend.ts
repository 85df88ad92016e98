import * as z from 'zod';

/** Who computes a version's answers: the bundle in process, or an endpoint that serves the same bundle. */
export const BACKENDS = ['onnx', 'sagemaker'] as const;
export const backendSchema = z.enum(BACKENDS);
export type Backend = z.infer<typeof backendSchema>;

/** The backend of a version; an endpoint with `sagemaker`, and none with `onnx`. */
export type ServedBy =
  | { readonly backend: 'onnx'; readonly endpoint: null }
  | { readonly backend: 'sagemaker'; readonly endpoint: string };

/**
 * The backend that a version's entry names; the bundle in process where it names none.
 * Example: `servedBy({})` is `{ backend: 'onnx', endpoint: null }`.
 */
export function servedBy(entry: {
  readonly backend?: Backend | undefined;
  readonly endpoint?: string | undefined;
}): ServedBy {
  if (entry.backend !== 'sagemaker' || entry.endpoint === undefined)
    return { backend: 'onnx', endpoint: null };
  return { backend: 'sagemaker', endpoint: entry.endpoint };
}
