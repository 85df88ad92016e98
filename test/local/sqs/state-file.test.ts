import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateFile, type StateSchema } from '../../../local/sqs/state-file.ts';

const SCHEMA: StateSchema = {
  name: 'numbers',
  version: 2,
  sql: 'CREATE TABLE numbers (n INTEGER UNIQUE) STRICT',
};
let directory: string;
let file: StateFile;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'state-'));
  file = new StateFile(directory, SCHEMA);
});
afterEach(() => {
  file.close();
  rmSync(directory, { recursive: true });
});

const add = (n: number) => file.run('INSERT INTO numbers VALUES (?)', n);
const all = () => file.all<{ n: number }>('SELECT n FROM numbers ORDER BY n').map(({ n }) => n);
const synchronous = () => file.get<{ synchronous: number }>('PRAGMA synchronous')?.synchronous;

describe('StateFile', () => {
  it('undoes a transaction that throws, with those inside it', () => {
    const failing = () =>
      file.transaction(() => {
        add(1);
        file.transaction(() => add(2));
        add(2);
      });
    expect(failing).toThrow('UNIQUE');
    expect(all()).toEqual([]);
    expect(file.transaction(() => add(3))).toBe(1);
    expect(all()).toEqual([3]);
  });

  it('writes ahead, so that what was committed survives the end of the process', () => {
    expect(file.get<{ journal_mode: string }>('PRAGMA journal_mode')?.journal_mode).toBe('wal');
    expect(synchronous()).toBe(1);
  });

  it('opens what it wrote and refuses another version by naming both', () => {
    add(7);
    file.close();
    expect(() => new StateFile(directory, { ...SCHEMA, version: 3 })).toThrow(
      'expected schema version 3, was 2',
    );
    file = new StateFile(directory, SCHEMA);
    expect(all()).toEqual([7]);
  });
});
