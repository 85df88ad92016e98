import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildLayer } from '../../../layers/lightgbm/build.ts';
import { WHEELS } from '../../../layers/lightgbm/wheels.ts';
import { parseArch } from '../../../layers/wheels/wheel.ts';

describe('lightgbm layer', () => {
  it('holds both libraries, and is left alone when it is there', () => {
    const { folder } = buildLayer(parseArch([]));
    expect(existsSync(`${folder}/lib/lib_lightgbm.so`)).toBe(true);
    expect(existsSync(`${folder}/lib/libgomp.so.1`)).toBe(true);
    expect(buildLayer(parseArch([])).built).toBe(false);
  });

  it('pins a different hash for each wheel', () => {
    const hashes = Object.values(WHEELS).flatMap((wheels) => wheels.map((wheel) => wheel.sha256));
    expect(new Set(hashes).size).toBe(4);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
