import * as z from 'zod';
import { RejectedInput } from '../../errors.ts';
import { EXCHANGES } from '../market/snapshot.ts';
import type { Halt } from './account-totals.ts';

const said = z.string().trim().min(1).max(500);

/** Whom an order is for. */
export const controlScopeSchema = z.enum([...EXCHANGES, 'all']);
export type ControlScope = z.infer<typeof controlScopeSchema>;

/** The body of POST /v1/risk: an operator stops all entries of an exchange or of all, or lets them go on. */
export const controlBodySchema = z.object({
  action: z.enum(['halt', 'resume']),
  scope: controlScopeSchema,
  operator: said,
  reason: said,
});
export type ControlBody = z.infer<typeof controlBodySchema>;

/** An order as it is kept (table `risk`); nothing takes one back but the next. */
export const controlSchema = controlBodySchema.extend({
  at: z.iso.datetime({ offset: true }),
  /** Whose keys signed the request: an ARN; null where the caller is not known. */
  caller: z.string().min(1).nullable(),
  /** Counts the orders of the scope; conditional writes expect the value they read. */
  revision: z.number().int().positive(),
});
export type Control = z.infer<typeof controlSchema>;

/**
 * The next order of a scope. An exchange and `all` are halted apart: what was halted by itself stays so.
 * @throws RejectedInput when the scope is halted already, or is not and is to be resumed.
 */
export function planControl(
  current: Control | undefined,
  body: ControlBody,
  { at, caller }: Pick<Control, 'at' | 'caller'>,
): Control {
  const isHalted = current?.action === 'halt';
  if (body.action === 'halt' && isHalted) {
    throw refused(
      `expected one that is not halted, was ${body.scope}, halted by ${current.operator} at ${current.at}`,
    );
  }
  if (body.action === 'resume' && !isHalted) {
    throw refused(`expected one that is halted, was ${body.scope}, which is not`);
  }
  return { ...body, at, caller, revision: (current?.revision ?? 0) + 1 };
}

/** The halts in force among the last order of each scope. */
export function haltsOf(last: readonly Control[]): Halt[] {
  return last
    .filter(({ action }) => action === 'halt')
    .map(({ scope, operator, reason, at }) => ({ scope, by: operator, reason, at }));
}

function refused(what: string): RejectedInput {
  return new RejectedInput(`scope: ${what}`, { field: 'scope' });
}
