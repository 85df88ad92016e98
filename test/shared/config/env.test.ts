import { expect, it } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
import { CODE_VERSION } from '../../../shared/config/code-version.ts';
import { readEnv } from '../../../shared/config/env.ts';

it('reads the named variables and no other', () => {
  expect(readEnv({ A: '1', B: '2', C: '3' }, ['A', 'C'])).toEqual({ A: '1', C: '3' });
});

it('names every variable that is missing or empty', () => {
  const read = () => readEnv({ A: '1', B: '', C: undefined }, ['A', 'B', 'C', 'D']);
  expect(read).toThrow(
    expect.objectContaining({
      name: 'InvariantViolated',
      field: 'B',
      message: expect.stringContaining('B, C, D'),
    }),
  );
});

it('knows the version of the code', () => {
  expect(CODE_VERSION).toBe(packageFile.version);
});
