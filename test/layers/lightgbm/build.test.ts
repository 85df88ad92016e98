import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildLayer, parseArch } from '../../../layers/lightgbm/build.ts';
import { renameLibrary } from '../../../layers/lightgbm/soname.ts';
import { WHEELS } from '../../../layers/lightgbm/wheels.ts';

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

describe('parseArch', () => {
  it('takes the host by default and refuses what has no wheel', () => {
    expect(parseArch([], 'arm64')).toBe('arm64');
    expect(parseArch(['--arch', 'host'], 'x64')).toBe('x64');
    expect(parseArch(['--arch', 'arm64'], 'x64')).toBe('arm64');
    expect(() => parseArch(['--arch', 'mips'])).toThrow('--arch: expected x64, arm64 or host, was mips');
    expect(() => parseArch([], 'ia32')).toThrow('was ia32');
  });
});

describe('renameLibrary', () => {
  const file = Buffer.from('ELF libx-12345678.so.1 libx-12345678.so.1\0tail', 'latin1');

  it('replaces the last name that ends there, and nothing else', () => {
    const renamed = Buffer.from(renameLibrary(file, 'libx-12345678.so.1', 'libx.so.1')).toString('latin1');
    expect(renamed).toBe(`ELF libx-12345678.so.1 libx.so.1${'\0'.repeat(10)}tail`);
    expect(renamed).toHaveLength(file.length);
  });

  it('refuses a name that is absent or too long', () => {
    expect(() => renameLibrary(file, 'liby.so', 'x')).toThrow('expected the name liby.so inside, was absent');
    expect(() => renameLibrary(file, 'libx-12345678.so.1', 'x'.repeat(30))).toThrow(
      'expected at most 18 letters',
    );
  });
});
