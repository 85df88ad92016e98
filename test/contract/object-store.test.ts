import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';
import { memoryObjectStore } from './memory-ports.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const text = async (store: ObjectStore, key: string) => new TextDecoder().decode(await store.get(key));

describe.each([
  ['S3', () => s3ObjectStore(cloud.s3, cloud.bucket())],
  ['memory', () => memoryObjectStore(() => cloud.clock.nowMs())],
])('ObjectStore on %s', (_, open) => {
  it('gives back the bytes that were put', async () => {
    const store = open();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
    expect(await store.put('raw/exchange=NSE/date=2025-12-04/a b+ü.parquet', bytes)).toBe(true);
    expect(await store.get('raw/exchange=NSE/date=2025-12-04/a b+ü.parquet')).toEqual(bytes);
  });

  it('keeps an empty object and a text', async () => {
    const store = open();
    await store.put('empty', new Uint8Array());
    await store.put('text', 'Zürich ₹');
    expect(await store.get('empty')).toEqual(new Uint8Array());
    expect(await text(store, 'text')).toBe('Zürich ₹');
  });

  it('replaces without ifAbsent and never with it', async () => {
    const store = open();
    expect(await store.put('key', 'one', { ifAbsent: true })).toBe(true);
    expect(await store.put('key', 'two', { ifAbsent: true })).toBe(false);
    expect(await text(store, 'key')).toBe('one');
    expect(await store.put('key', 'three')).toBe(true);
    expect(await text(store, 'key')).toBe('three');
  });

  it('lets exactly one of many racing ifAbsent writers win, and keeps what it wrote', async () => {
    const store = open();
    const writers = Array.from({ length: 8 }, (_, at) => String(at));
    const won = await Promise.all(writers.map((body) => store.put('race', body, { ifAbsent: true })));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await text(store, 'race')).toBe(String(won.indexOf(true)));
  });

  it('says NotFound with the key', async () => {
    await expect(open().get('raw/missing.parquet')).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining('raw/missing.parquet'),
    });
  });

  it('lists keys below a prefix in UTF-8 order over more than one page', async () => {
    const store = open();
    const put = (key: string) => store.put(key, '.');
    const many = Array.from({ length: 1005 }, (_, at) => `many/${String(at).padStart(4, '0')}`);
    for (let at = 0; at < many.length; at += 50) await Promise.all(many.slice(at, at + 50).map(put));
    await Promise.all(['b/a', 'b/é', 'b/Z', 'ba', 'a'].map(put));
    expect(await store.list('many/')).toEqual(many);
    expect(await store.list('b/')).toEqual(['b/Z', 'b/a', 'b/é']);
    expect(await store.list('none/')).toEqual([]);
    await store.remove(many);
    expect(await store.list('many/')).toEqual([]);
    expect(await store.list('')).toEqual(['a', 'b/Z', 'b/a', 'b/é', 'ba']);
  });

  it('lists with the time of the last write, to the second', async () => {
    const store = open();
    const atMs = cloud.clock.nowMs();
    await store.put('times/old', '.');
    await store.put('times/again', '.');
    await cloud.clock.advanceTo(atMs + 90_700);
    await store.put('times/again', '.');
    const toSecond = (ms: number) => Math.floor(ms / 1000) * 1000;
    expect(await store.listWithTimes('times/')).toEqual([
      { key: 'times/again', writtenMs: toSecond(atMs + 90_700) },
      { key: 'times/old', writtenMs: toSecond(atMs) },
    ]);
    expect(await store.listWithTimes('none/')).toEqual([]);
  });

  it('removes nothing else, and what is not there is fine', async () => {
    const store = open();
    await store.put('stays', 'here');
    await store.remove([]);
    await store.remove(['gone', 'never']);
    expect(await store.list('')).toEqual(['stays']);
  });
});
