import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { parquetjsWriter } from '../../../../shared/adapters/parquet/parquetjs-writer.ts';
import { parquetjsWriter as unbundled } from '../../../../shared/adapters/parquet/parquetjs-writer.ts';
import { aColumn } from '../../../factories/tables.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oi-bundle-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('parquetjs-lite in a bundle', () => {
  it('writes what it writes outside of one, although a bundle is strict', async () => {
    const outfile = join(folder, 'index.cjs');
    const entry = join(ROOT, 'shared/adapters/parquet/parquetjs-writer.ts');
    // As infra/bundle.ts bundles the functions.
    const options = { bundle: true, minify: true, keepNames: true, platform: 'node', format: 'cjs' } as const;
    buildSync({ entryPoints: [entry], outfile, target: 'node24', logLevel: 'error', ...options });
    const bundled = createRequire(import.meta.url)(outfile) as { parquetjsWriter: typeof parquetjsWriter };
    const table = aColumn('double', 1, -0, null);
    expect(await bundled.parquetjsWriter.write(table)).toEqual(await unbundled.write(table));
  });
});
