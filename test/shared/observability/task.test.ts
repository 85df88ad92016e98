import type { Context } from 'aws-lambda';
import { expect, it, vi } from 'vitest';
import * as z from 'zod';
import { dayRequestSchema } from '../../../shared/config/day-request.ts';
import { Conflict, InvariantViolated, NotFound, RejectedInput, Temporary } from '../../../shared/errors.ts';
import { logger } from '../../../shared/observability/logger.ts';
import { task } from '../../../shared/observability/task.ts';

const logged = vi.spyOn(logger, 'error').mockImplementation(() => {});
const warned = vi.spyOn(logger, 'warn').mockImplementation(() => {});
const context = {} as Context;

it('hands the parsed input over and gives back what the work gives', async () => {
  const run = task(z.object({ days: z.number().default(3) }), async ({ days }) => ({ twice: 2 * days }));
  expect(await run({}, context)).toEqual({ twice: 6 });
});

it.each([
  [Conflict, 'Conflict', 'warning'],
  [InvariantViolated, 'InvariantViolated', 'error'],
  [NotFound, 'NotFound', 'warning'],
  [RejectedInput, 'RejectedInput', 'warning'],
  [Temporary, 'Temporary', 'error'],
])('keeps the name that the machine matches on and logs it: %s', async (type, name, level) => {
  logged.mockClear();
  warned.mockClear();
  const run = task(z.unknown(), () => Promise.reject(new type('why')));
  await expect(run({}, context)).rejects.toMatchObject({ name, message: 'why' });
  expect([logged.mock.calls.length, warned.mock.calls.length]).toEqual(level === 'error' ? [1, 0] : [0, 1]);
});

it.each([
  [{ exchange: 'NYSE', date: '2025-12-04' }, 'exchange', 'NYSE'],
  [{ exchange: 'NSE', date: '2025-13-04' }, 'date', '2025-13-04'],
  [{ exchange: 'NSE' }, 'date', 'missing'],
  ['text', 'input', 'text'],
])('refuses %j, naming the field and what it was', async (input, field, was) => {
  const work = vi.fn();
  const refused = task(dayRequestSchema, work)(input, context);
  await expect(refused).rejects.toMatchObject({
    name: 'RejectedInput',
    field,
    message: expect.stringContaining(was),
  });
  expect(work).not.toHaveBeenCalled();
});
