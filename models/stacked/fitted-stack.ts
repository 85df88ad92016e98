import type {
  ExactnessReport,
  ExportedModel,
  ExportLayout,
  FittedModel,
  Matrix,
  VerifyOptions,
} from '../../shared/ports/model-family.ts';
import { pickColumns } from '../families/pick-columns.ts';
import { edgesOf, plainFrom } from '../families/plain-model.ts';
import { writeClassifier } from '../onnx/classifier.ts';
import { compareScores } from '../onnx/compare-scores.ts';
import { stackGraph } from './graph.ts';
import { type Combination, combined, type Stack, stackScores, writeStack } from './stack.ts';

/** Fitted members with what combines them, as one model. */
export class FittedStack implements FittedModel {
  readonly rounds: number;
  readonly validationLosses: readonly number[];
  readonly card: FittedModel['card'];
  readonly #members: readonly FittedModel[];
  readonly #combination: Combination;

  constructor(
    members: readonly FittedModel[],
    combination: Combination,
    losses: readonly number[],
    card: FittedModel['card'],
  ) {
    this.#members = members;
    this.#combination = combination;
    this.rounds = (members[0] as FittedModel).rounds;
    this.validationLosses = losses;
    this.card = card;
  }

  async rawScores(matrix: Matrix): Promise<Float64Array> {
    const scores: Float64Array[] = [];
    for (const member of this.#members) scores.push(await member.rawScores(matrix));
    return combined(this.#combination, scores);
  }

  exportModel(layout: ExportLayout): ExportedModel {
    const stack = this.#stack(layout);
    return {
      onnx: writeClassifier(stackGraph(stack), layout.regimeStates, layout.calibration),
      files: new Map([['stacked.json', new TextEncoder().encode(writeStack(stack))]]),
    };
  }

  /** Every member by its own gate, leaf by leaf where it has leaves, then what the graph makes of them together. */
  async verifyExport(
    exported: ExportedModel,
    layout: ExportLayout,
    sample: Matrix,
    options: VerifyOptions,
  ): Promise<ExactnessReport> {
    for (const member of this.#members) {
      await member.verifyExport(member.exportModel(layout), layout, sample, options);
    }
    const stack = this.#stack(layout);
    const session = await options.openSession(exported.onnx);
    try {
      const { regimeStates, calibration, places } = layout;
      const oracle = {
        rawScores: (matrix: Matrix) => this.rawScores(pickColumns(matrix, places)),
        secondOpinion: (matrix: Matrix) => stackScores(stack, matrix),
      };
      const edges = edgesOf(stack.members, sample.columns);
      return await compareScores({
        ...{ oracle, edges, session, regimeStates, calibration, sample },
        ...options,
      });
    } finally {
      await session.close();
    }
  }

  #stack(layout: ExportLayout): Stack {
    return {
      ...this.#combination,
      members: this.#members.map((member) => plainFrom(member.exportModel(layout))),
    };
  }
}
