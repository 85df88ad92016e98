import { plainGraph } from '../families/plain-model.ts';
import { int, node, tensor } from '../onnx/build.ts';
import { RAW_SCORES, type ScoreGraph } from '../onnx/classifier.ts';
import { renamed } from '../onnx/renamed.ts';
import type { Stack } from './stack.ts';

/** The members' graphs side by side, in double, and one Gemm that combines their raw scores. */
export function stackGraph({ members, weights, bias }: Stack): ScoreGraph {
  const prefix = (at: number) => `level_0_${at}_`;
  const parts = members.map((member, at) => renamed(plainGraph(member), prefix(at)));
  const scores = members.map((_, at) => `${prefix(at)}${RAW_SCORES}`);
  return {
    columns: (parts[0] as ScoreGraph).columns,
    node: [
      ...parts.flatMap((part) => part.node),
      node('Concat', scores, 'level_0_scores', [int('axis', 1)]),
      node('Gemm', ['level_0_scores', 'level_1_weights', 'level_1_bias'], RAW_SCORES, [int('transB', 1)]),
    ],
    initializer: [
      ...parts.flatMap((part) => part.initializer),
      tensor('level_1_weights', weights, [bias.length, weights.length / bias.length]),
      tensor('level_1_bias', bias),
    ],
  };
}
