import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { parseModel } from '../../../models/lightgbm/parse-model.ts';
import { writeClassifier } from '../../../models/onnx/classifier.ts';
import { writeForest } from '../../../models/trees/forest.ts';
import { forestGraph } from '../../../models/trees/forest-graph.ts';
import { startThread } from '../../factories/native-libraries.ts';
import { trainText } from '../../factories/trained-forest.ts';

const engine = startThread();
afterAll(() => engine[Symbol.dispose]());
const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

/** Other processors round the gain of a split otherwise. */
const TREES: Readonly<Record<string, string>> = {
  x64: 'b3cbfff7d66756c47502aa32d5173e02aecf3ca57a8822e02edb91caabd6d908',
};

describe('what LightGBM 4.7.0 made of these rows once', () => {
  it('it makes of them today, tree by tree and byte by byte', async () => {
    const text = await trainText(engine, 40);
    const trees = sha256(text.split('parameters:')[0]!);
    expect(trees).toBe(TREES[process.arch] ?? trees);
    if (process.arch !== 'x64') return;
    const forest = parseModel(text);
    expect(sha256(writeForest(forest))).toBe(
      '33f08e2c474545d00afdb970dce44dcce97e300ac2c71dbc9eda6284b15b40aa',
    );
    const onnx = writeClassifier(forestGraph(forest), 2, { scale: [1.1, 0.9, 1], bias: [0.1, -0.2, 0] });
    expect(sha256(onnx)).toBe('bc13cf18c30e4cb14e7ccacb4cd3bf9b12602a53d00c8cb15267d7b774fa8d11');
  });
});
