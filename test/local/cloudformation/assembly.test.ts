import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAssembly } from '../../../local/cloudformation/assembly.ts';

const ASSEMBLY = join(import.meta.dirname, '..', 'start', 'assembly');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assembly-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('reads stacks in dependency order and finds assets by object key', async () => {
  const { stacks, assets } = await readAssembly(ASSEMBLY);
  expect(stacks.map(({ name }) => name)).toEqual(['test-data', 'test-api']);
  expect(assets.get('count.zip')).toBe(join(ASSEMBLY, 'asset.count'));
});

test('says how to make an assembly that is missing', async () => {
  await expect(readAssembly(folder)).rejects.toThrow(
    /expected a synthesised CDK app in .*manifest\.json \(run: node infra\/app\.ts\)/,
  );
});

test('names the template that cannot be run', async () => {
  const artifacts = { s: { type: 'aws:cloudformation:stack', properties: { templateFile: 's.json' } } };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
  writeFileSync(join(folder, 's.json'), '{"Transform":"x"}');
  await expect(readAssembly(folder)).rejects.toThrow(/s\.json is not a template.*[\s\S]*Transform/);
});
