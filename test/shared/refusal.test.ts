import { expect, it } from 'vitest';
import { Conflict, InvariantViolated, NotFound, RejectedInput, Temporary } from '../../shared/errors.ts';
import { isRefusal } from '../../shared/refusal.ts';

it.each([RejectedInput, Conflict, NotFound])('is what the caller alone can mend: %s', (type) => {
  expect(isRefusal(new type('why'))).toBe(true);
});

it.each([new InvariantViolated('why'), new Temporary('why'), new Error('why'), 'why', undefined, null])(
  'is nothing that somebody on our side must look at: %s',
  (error) => {
    expect(isRefusal(error)).toBe(false);
  },
);
