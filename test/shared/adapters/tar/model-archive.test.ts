import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { modelArchive } from '../../../../shared/adapters/tar/model-archive.ts';

/** What the machine's own tar finds in an archive. */
function unpack(archive: Uint8Array): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'tar-'));
  try {
    writeFileSync(join(folder, 'model.tar.gz'), archive);
    execFileSync('tar', ['-xzf', 'model.tar.gz'], { cwd: folder });
    const names = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = names.filter((one) => one.isFile() && one.name !== 'model.tar.gz');
    return new Map(
      files.map(({ parentPath, name }) => {
        const file = join(parentPath, name);
        return [file.slice(folder.length + 1), readFileSync(file)];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('is what tar unpacks again, whatever the files hold', () => {
  const path = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?\.(json|onnx)$/);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 1500 })), { selector: ([name]) => name }),
      (files) => {
        const found = unpack(modelArchive(new Map(files)));
        expect([...found.keys()].sort()).toEqual(files.map(([name]) => name).sort());
        for (const [name, bytes] of files) expect(Buffer.compare(found.get(name)!, bytes)).toBe(0);
      },
    ),
    { numRuns: 25 },
  );
});

test('is the same bytes for the same files, in whatever order they come', () => {
  const files = [
    ['model.onnx', new Uint8Array(600).fill(7)],
    ['bundle.json', new TextEncoder().encode('{}')],
  ] as const;
  const [one, other] = [new Map(files), new Map([...files].reverse())];
  expect(Buffer.compare(modelArchive(one), modelArchive(other))).toBe(0);
});

test('refuses a path that the format has no room for', () => {
  const long = `${'x'.repeat(97)}.json`;
  expect(() => modelArchive(new Map([[long, new Uint8Array()]]))).toThrow(
    'expected a path of at most 100 bytes',
  );
});
