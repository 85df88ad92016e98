import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { postedOf } from '../../../cli/score/posted.ts';
import { aSnapshot } from '../../factories/snapshot.ts';
import { runOi } from '../run-oi.ts';

const folder = mkdtempSync(join(tmpdir(), 'score-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

describe('what a file posts', () => {
  const snapshot = JSON.parse(JSON.stringify(aSnapshot())) as object;
  const features = { vix: 11.2, pcr_total_oi: 'Infinity', iv_skew: null };
  const timestamp = '2025-12-04T12:35:00+05:30';

  it('is nothing without a file: the latest minute', async () => {
    expect(await postedOf({})).toEqual({});
  });

  it('is a snapshot as it stands, from plain or gzipped JSON', async () => {
    expect(await postedOf({ snapshot: file('one.json', snapshot) })).toEqual({ snapshot });
    expect(await postedOf({ snapshot: file('one.json.gz', snapshot) })).toEqual({ snapshot });
  });

  it('is a window, as a list or under its name', async () => {
    const window = [snapshot, snapshot];
    expect(await postedOf({ window: file('list.json', window) })).toEqual({ window });
    expect(await postedOf({ window: file('named.json', { snapshots: window }) })).toEqual({ window });
  });

  it.each([
    ['by name', features, { features }],
    ['under their name', { features }, { features }],
    ['with their time', { features, timestamp }, { features, timestamp }],
    ['of a recommendation', { id: 'x', timestamp, given_features: features }, { features, timestamp }],
  ])('is features %s', async (name, written, posted) => {
    expect(await postedOf({ features: file(`${name.replaceAll(' ', '-')}.json`, written) })).toEqual(posted);
  });

  it.each([
    ['snapshot', 'a snapshot'],
    ['window', 'a window'],
    ['features', 'features'],
  ])('says what was expected where there is no file: %s', async (option, what) => {
    await expect(postedOf({ [option]: join(folder, 'none.json') })).rejects.toThrow(
      `none.json: expected ${what} (.json or .json.gz), was not found; check the path`,
    );
  });

  it.each([
    ['snapshot', [snapshot], /expected one object, was an array of 1; a list of snapshots is a window/],
    ['window', snapshot, /expected a list of snapshots, was an object/],
    ['features', 7, /expected one object, was 7/],
    ['features', '{', /expected JSON, was not/],
  ])('is refused by the name of its file: %s of %j', async (option, written, message) => {
    const path = file(`wrong-${option}.json`, written);
    const posted = postedOf({ [option]: path });
    await expect(posted).rejects.toThrow(message);
    await expect(posted).rejects.toMatchObject({
      name: 'RejectedInput',
      message: expect.stringContaining(path),
    });
  });
});

describe('oi score', () => {
  it.each([
    [['score', 'NYSE'], /Allowed choices are NSE/],
    [['score', 'NSE', '--window', 'a', '--features', 'b'], /cannot be used with option/],
    [['score', 'NSE', '--probe', '--snapshot', 'a'], /cannot be used with option/],
    [['score', 'NSE', '--window', join(folder, 'none.json')], /none\.json/],
  ])('%j is wrong usage: exit code 2', (args, message) => {
    const { status, stderr } = runOi(folder, ...args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});
