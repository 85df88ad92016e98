import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../cli/failure.ts';
import { NotFound } from '../../shared/errors.ts';

afterEach(() => vi.restoreAllMocks());

/** What a failure writes, and its exit code. */
function told(error: unknown, json = false) {
  const said = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.err += text;
    return true;
  });
  return { code: failure(error, json), ...said };
}

/** As a page meets a record that lacks what it shows. */
function lacking(): unknown {
  try {
    return (JSON.parse('{}') as { limits: unknown[] }).limits.map(String);
  } catch (error) {
    return error;
  }
}

describe('a record that lacks what a page shows', () => {
  it('is told with the remedy, for people and for programs', () => {
    const { code, err } = told(lacking());
    expect(code).toBe(1);
    expect(err).toContain('TypeError');
    expect(err).toMatch(/made by an earlier version.*\.\/oi reset --env NAME --yes begins anew\n$/);
    expect(JSON.parse(told(lacking(), true).out)).toMatchObject({
      ...{ ok: false, error: 'TypeError' },
      remedy: expect.stringMatching(/^if the environment .*\.\/oi reset/),
    });
  });

  it('is not guessed at where somebody knows what is wrong', () => {
    const { code, err } = told(new NotFound('recommendation: expected a stored id, was x'));
    expect({ code, err }).toEqual({ code: 2, err: 'oi: recommendation: expected a stored id, was x\n' });
    expect(JSON.parse(told(new NotFound('none'), true).out)).not.toHaveProperty('remedy');
  });
});
