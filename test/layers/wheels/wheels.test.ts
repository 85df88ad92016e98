import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildFromWheels } from '../../../layers/wheels/build-from-wheels.ts';
import { renameLibrary } from '../../../layers/wheels/soname.ts';
import { parseArch, type Wheel } from '../../../layers/wheels/wheel.ts';

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

describe('buildFromWheels', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wheels-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const wheel: Wheel = {
    requirement: join(folder, 'nothing-1.0-py3-none-any.whl'),
    platform: 'any',
    sha256: '0'.repeat(64),
    member: 'nothing.so',
    name: 'nothing.so',
  };

  it('leaves a layer alone whose stamp names the same wheels', () => {
    const stamp = `${JSON.stringify([wheel], null, 2)}\n`;
    writeFileSync(join(folder, 'wheels.json'), stamp);
    expect(buildFromWheels(folder, [wheel])).toEqual({ folder, built: false });
    expect(readFileSync(join(folder, 'wheels.json'), 'utf8')).toBe(stamp);
  });

  it('says which download failed, and leaves nothing behind', () => {
    const absent = join(folder, 'absent');
    expect(() => buildFromWheels(absent, [wheel])).toThrow(
      /download of .+nothing-1.0-py3-none-any.whl: expected `python3 -m pip` to work, was: /,
    );
    expect(() => readFileSync(join(absent, 'wheels.json'))).toThrow('ENOENT');
  });
});
