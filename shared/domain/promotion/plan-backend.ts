import * as z from 'zod';
import { RejectedInput } from '../../errors.ts';
import { backendSchema, type ServedBy, servedBy } from '../market/backend.ts';
import { PRODUCTION_TARGET } from '../market/production-target.ts';
import { exchangeSchema } from '../market/snapshot.ts';
import type { PlannedChange, Request } from './plan.ts';
import { type LivePointer, type ModelVersion, modelVersionSchema } from './registry.ts';

const said = z.string().trim().min(1).max(500);

/** The body of POST /v1/backend: who is to compute a version's answers from now on. */
export const backendBodySchema = z
  .object({
    exchange: exchangeSchema,
    target: z.literal(PRODUCTION_TARGET).default(PRODUCTION_TARGET),
    /** A registered version, live or not. */
    version: z.string().min(1),
    backend: backendSchema,
    /** With `sagemaker`: the endpoint that serves the version's bundle. */
    endpoint: z
      .string()
      .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'expected 1 to 63 letters, digits and -')
      .optional(),
    operator: said,
    reason: said,
  })
  .refine(({ backend, endpoint }) => (backend === 'sagemaker') === (endpoint !== undefined), {
    path: ['endpoint'],
    message: 'expected an endpoint with sagemaker, and none with onnx',
  });
export type BackendBody = z.infer<typeof backendBodySchema>;

/** What POST /v1/backend answers: the version's entry as it stands now. */
export const backendAnswerSchema = modelVersionSchema;

interface Asked extends Pick<Request, 'operator' | 'reason' | 'now'> {
  readonly row: ModelVersion;
  /** The live pointer as it stands; null while nothing is live. */
  readonly pointer: LivePointer | null;
  readonly to: ServedBy;
}

/**
 * The version's entry with another backend, one revision on, and its line of the history. The pointer stays: who reads it
 * reads the entry too. @throws RejectedInput when the version has that backend already.
 */
export function planBackend({ row, pointer, to, ...asked }: Asked): PlannedChange & {
  readonly versions: readonly [ModelVersion];
} {
  const from = servedBy(row);
  if (from.backend === to.backend && from.endpoint === to.endpoint) {
    const message = `backend: expected another one than ${to.endpoint ?? to.backend}, which ${row.version} has`;
    throw new RejectedInput(message, { field: 'backend' });
  }
  const { backend: _backend, endpoint: _endpoint, ...rest } = row;
  const served = to.endpoint === null ? { backend: to.backend } : to;
  const { exchange, target, version, verdict_key, verdict_hash } = row;
  return {
    versions: [{ ...rest, ...served, revision: row.revision + 1 }],
    history: {
      ...{ exchange, target, event: 'backend_changed', from_version: version, to_version: version },
      ...{ operator: asked.operator, reason: asked.reason, override: false, refusal: null },
      // The bundle stays, and with it every answer.
      compliance_class: 'parameters',
      ...served,
      ...{ verdict_key, verdict_hash, execution: null, at: asked.now },
      pointer_revision: pointer?.revision ?? 0,
    },
  };
}
