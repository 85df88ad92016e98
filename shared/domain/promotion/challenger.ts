import * as z from 'zod';
import { RejectedInput } from '../../errors.ts';
import { PRODUCTION_TARGET } from '../market/production-target.ts';
import { exchangeSchema } from '../market/snapshot.ts';
import type { Request } from './plan.ts';
import type { ModelVersion } from './registry.ts';

const utc = z.iso.datetime({ offset: true });
const words = z.string().min(1);

/** The version that is scored beside the live one, per exchange and target (table `shadows`). */
export const challengerSchema = z.object({
  exchange: exchangeSchema,
  target: words,
  version: words,
  bundle_hash: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'),
  /** Lake prefix of the bundle, with a closing slash. */
  bundle_prefix: words,
  since: utc,
  /** Null while it is scored. */
  stopped_at: utc.nullable(),
  /** Who set it, or stopped it, and why. */
  operator: words,
  reason: words,
  /** Counts the changes; conditional writes expect the value they read. */
  revision: z.number().int().positive(),
});
export type Challenger = z.infer<typeof challengerSchema>;

const said = z.string().trim().min(1).max(500);

/** The body of POST /v1/shadow: which version is to be scored beside the live one, or that none is any more. */
export const challengerBodySchema = z.object({
  exchange: exchangeSchema,
  target: z.literal(PRODUCTION_TARGET).default(PRODUCTION_TARGET),
  action: z.enum(['set', 'stop']),
  /** With `set`: a registered version. */
  version: words.optional(),
  operator: said,
  reason: said,
});
export type ChallengerBody = z.infer<typeof challengerBodySchema>;

type Asked = Pick<Request, 'operator' | 'reason' | 'now'>;

/**
 * A version becomes the challenger of its exchange and target, whatever its verdict: it answers nobody.
 * @throws RejectedInput when it is live, or the challenger already.
 */
export function planChallenger(
  current: Challenger | undefined,
  candidate: ModelVersion,
  liveVersion: string | null,
  { operator, reason, now }: Asked,
): Challenger {
  const { exchange, target, version, bundle_hash, bundle_prefix } = candidate;
  if (version === liveVersion) {
    throw refused(`version: expected one beside the live one, was ${version}, which is live`);
  }
  if (current?.version === version && current.stopped_at === null) {
    throw refused(`version: expected another one, was ${version}, the challenger since ${current.since}`);
  }
  const revision = (current?.revision ?? 0) + 1;
  const bundle = { exchange, target, version, bundle_hash, bundle_prefix };
  return { ...bundle, since: now, stopped_at: null, operator, reason, revision };
}

/** The challenger is scored no more. @throws RejectedInput when there is none. */
export function planStop(current: Challenger | undefined, { operator, reason, now }: Asked): Challenger {
  if (current === undefined || current.stopped_at !== null) {
    throw new RejectedInput('exchange: expected one with a challenger, was one without', {
      field: 'exchange',
    });
  }
  return { ...current, stopped_at: now, operator, reason, revision: current.revision + 1 };
}

function refused(message: string): RejectedInput {
  return new RejectedInput(message, { field: 'version' });
}

/** A stretch of time in which a version was the challenger; `toMs` is null while it is. */
export interface ChallengerSpan {
  readonly version: string;
  readonly fromMs: number;
  readonly toMs: number | null;
}

/**
 * The stretches of all challengers, from every change of one exchange and target, oldest first.
 * Example: set at 10:00 and stopped at 12:00 is one stretch of two hours.
 */
export function challengerSpans(changes: readonly Challenger[]): ChallengerSpan[] {
  return changes.flatMap((change, at) => {
    if (change.stopped_at !== null) return [];
    const next = changes[at + 1];
    const end = next === undefined ? null : (next.stopped_at ?? next.since);
    const toMs = end === null ? null : Date.parse(end);
    return [{ version: change.version, fromMs: Date.parse(change.since), toMs }];
  });
}
