import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelFamilies } from '../../../models/families/create.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import { COLUMNS, trainingRows } from '../../factories/trained-forest.ts';

const folder = mkdtempSync(join(tmpdir(), 'boosting-worker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const workerFile = join(folder, 'worker.js');
beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(WORKER_FILE)],
    outfile: workerFile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['koffi'],
  });
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
});

describe('the worker as it is deployed', () => {
  it.each(['lightgbm', 'xgboost'] as const)(
    'trains %s from a CommonJS bundle, with koffi beside it',
    async (name) => {
      const family = modelFamilies({ searchPath: libraryFolder(name), workerFile })(name);
      const values = trainingRows(200, 1);
      const labels = Int32Array.from({ length: 200 }, (_, row) => row % 3);
      const weights = new Float64Array(200).fill(1);
      const training = {
        values,
        rows: 200,
        columns: COLUMNS,
        labels,
        weights,
        sessions: new Int32Array(200),
      };
      const model = await family.fit({
        training,
        validation: null,
        parameters: {},
        rounds: 3,
        earlyStoppingRounds: 1,
        seed: 1,
        threads: 1,
      });
      expect(model.rounds).toBe(3);
      expect(await model.rawScores(training)).toHaveLength(600);
      family.close();
    },
  );
});
