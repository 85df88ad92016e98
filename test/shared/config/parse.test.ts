import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseConfig } from '../../../shared/config/parse.ts';
import { RejectedInput } from '../../../shared/errors.ts';

const schema = z.strictObject({ rules: z.record(z.string(), z.strictObject({ min: z.number() })) });

describe('parseConfig', () => {
  it('returns what the schema makes of the file', () => {
    const file = { rules: { sessions: { min: 5 } } };
    expect(parseConfig(schema, file, 'config/gate.json')).toEqual(file);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a wrong value',
      { rules: { sessions: { min: 'ten' } } },
      /^config\/gate\.json: rules\.sessions\.min: .*was "ten"$/,
    ],
    ['a missing value', { rules: { sessions: {} } }, /rules\.sessions\.min: .*was missing$/],
    ['an unknown key', { rules: {}, mode: 1 }, /the file: .*mode/],
    ['no object at all', null, /the file: .*was null$/],
  ])('%s is refused with its key', (_, file, message) => {
    const act = () => parseConfig(schema, file, 'config/gate.json');
    expect(act).toThrow(RejectedInput);
    expect(act).toThrow(message);
  });

  it('puts the key into the error, for whoever shows it', () => {
    expect.assertions(1);
    try {
      parseConfig(schema, { rules: { sessions: { min: null } } }, 'config/gate.json');
    } catch (error) {
      expect((error as RejectedInput).field).toBe('rules.sessions.min');
    }
  });
});
