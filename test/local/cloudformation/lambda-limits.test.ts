import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  assertWithinLimits,
  ENVIRONMENT_LIMIT_BYTES,
  UNPACKED_LIMIT_BYTES,
} from '../../../local/cloudformation/resources/lambda-limits.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limits-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A folder whose one file, some levels down, claims `bytes` (it is sparse). */
function folderOf(name: string, bytes: number): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  const file = join(folder, 'a', 'b', 'file');
  writeFileSync(file, '');
  truncateSync(file, bytes);
  return folder;
}

test('code and layers may hold 250 MB unpacked, and not a byte more', () => {
  const code = folderOf('code', 1000);
  const fits = folderOf('fits', UNPACKED_LIMIT_BYTES - 1000);
  const exceeds = folderOf('exceeds', UNPACKED_LIMIT_BYTES - 999);
  expect(() => assertWithinLimits('f', [code, fits], {})).not.toThrow();
  expect(() => assertWithinLimits('f', [code, exceeds], {})).toThrow(`was ${UNPACKED_LIMIT_BYTES + 1}`);
});

test('the environment may hold 4 KB', () => {
  const code = folderOf('code', 1);
  expect(() => assertWithinLimits('f', [code], { A: 'x'.repeat(ENVIRONMENT_LIMIT_BYTES - 1) })).not.toThrow();
  expect(() => assertWithinLimits('f', [code], { A: 'x'.repeat(ENVIRONMENT_LIMIT_BYTES) })).toThrow(
    'f: expected at most 4096 bytes of environment variables, was 4097',
  );
});

test('five layers are the most', () => {
  const layer = folderOf('layer', 1);
  expect(() => assertWithinLimits('f', [layer, ...Array(5).fill(layer)], {})).not.toThrow();
  expect(() => assertWithinLimits('f', [layer, ...Array(6).fill(layer)], {})).toThrow(
    'at most 5 layers, was 6',
  );
});
