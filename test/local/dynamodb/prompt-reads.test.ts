import { describe, expect, it } from 'vitest';
import type { Callback, Level } from '../../../local/dynamodb/dynalite.ts';
import { readPromptly } from '../../../local/dynamodb/prompt-reads.ts';

type Get = (key: string, callback: Callback<unknown>) => void;

/** A database that knows one key and fails on another. */
function database(): Level {
  const level = {
    getSync(key: string) {
      if (key === 'broken') throw new Error('cannot be read');
      return key === 'a' ? { S: 'x' } : undefined;
    },
  };
  readPromptly(level as unknown as Level);
  return level as unknown as Level;
}

const asked = (key: string) =>
  new Promise((resolve) => (database().get as unknown as Get)(key, (...told) => resolve(told)));

describe('readPromptly', () => {
  it('answers a promise with the value, with nothing for an absent key, and with what went wrong', async () => {
    const db = database();
    expect(await db.get('a')).toEqual({ S: 'x' });
    expect(await db.get('b')).toBeUndefined();
    await expect(db.get('broken')).rejects.toThrow('cannot be read');
  });

  it('tells a callback the same, never before `get` has returned', async () => {
    expect(await asked('a')).toEqual([null, { S: 'x' }]);
    expect(await asked('b')).toEqual([null, undefined]);
    expect(await asked('broken')).toEqual([new Error('cannot be read')]);
    let told = false;
    (database().get as unknown as Get)('a', () => {
      told = true;
    });
    expect(told).toBe(false);
  });
});
