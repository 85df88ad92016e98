import * as z from 'zod';

/**
 * Why an endpoint's answer was not taken, and the bundle in process answered instead: no answer in time; too many
 * requests; not there, or failed (5xx); the request was refused (4xx); an answer that is not of the contract; three
 * numbers that are no chances; a bundle other than the live one.
 */
export const BACKEND_FAULTS = [
  'timeout',
  'throttled',
  'unavailable',
  'refused',
  'malformed',
  'improbable',
  'other_bundle',
] as const;
export const backendFaultSchema = z.enum(BACKEND_FAULTS);
export type BackendFaultName = z.infer<typeof backendFaultSchema>;

/** An endpoint that gave no answer that counts. */
export class BackendFault extends Error {
  override readonly name = 'BackendFault';
  readonly fault: BackendFaultName;

  constructor(fault: BackendFaultName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** `config/backends.json`. */
export const backendPolicySchema = z.strictObject({
  schema: z.literal(1),
  sagemaker: z.strictObject({
    /** An endpoint that takes longer is not waited for; the tracker itself waits 300 ms. */
    deadline_ms: z.int().min(10).max(250),
  }),
});
export type BackendPolicy = z.infer<typeof backendPolicySchema>;
