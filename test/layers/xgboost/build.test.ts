import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseArch } from '../../../layers/wheels/wheel.ts';
import { buildLayer } from '../../../layers/xgboost/build.ts';
import { WHEELS } from '../../../layers/xgboost/wheels.ts';

describe('xgboost layer', () => {
  it('holds both libraries under the names that they ask for, and is left alone when it is there', () => {
    const arch = parseArch([]);
    const { folder } = buildLayer(arch);
    const [library] = WHEELS[arch];
    const bytes = readFileSync(`${folder}/lib/libxgboost.so`, 'latin1');
    expect(existsSync(`${folder}/lib/libgomp.so.1`)).toBe(true);
    expect(bytes).toContain('libgomp.so.1\0');
    expect(bytes).not.toContain(library!.asksFor![0]);
    expect(buildLayer(arch).built).toBe(false);
  });

  it('takes both from one wheel for each architecture', () => {
    const hashes = Object.values(WHEELS).map((wheels) => new Set(wheels.map(({ sha256 }) => sha256)));
    expect(hashes.map(({ size }) => size)).toEqual([1, 1]);
    for (const [arch, wheels] of Object.entries(WHEELS)) {
      expect(wheels.map(({ name }) => name)).toEqual(['libxgboost.so', 'libgomp.so.1']);
      for (const { platform } of wheels) expect(platform).toContain(arch === 'x64' ? 'x86_64' : 'aarch64');
    }
  });
});
