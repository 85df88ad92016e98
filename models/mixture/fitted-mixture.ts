import type {
  ExactnessReport,
  ExportedModel,
  ExportLayout,
  FittedModel,
  Matrix,
  ModelParameters,
  VerifyOptions,
} from '../../shared/ports/model-family.ts';
import { pickColumns } from '../families/pick-columns.ts';
import { plainFrom } from '../families/plain-model.ts';
import { writeClassifier } from '../onnx/classifier.ts';
import { stackOf } from '../stacked/stack.ts';
import { checkMixture, type MemberOracle } from './exactness.ts';
import { memberGraph, regimeMixtureGraph } from './graph.ts';
import {
  type MixtureForm,
  type MixtureMember,
  mixScores,
  type RegimeMixture,
  writeMixture,
} from './regime-mixture.ts';

const FORM: MixtureForm = 'probabilities';

/** Models of one family, one for each regime state or shared by several, as one model. */
export class FittedMixture implements FittedModel {
  readonly rounds: number;
  readonly validationLosses: readonly number[];
  readonly card: ModelParameters;
  readonly #members: readonly FittedModel[];
  readonly #memberOfState: readonly number[];

  constructor(members: readonly FittedModel[], memberOfState: readonly number[]) {
    this.#members = members;
    this.#memberOfState = memberOfState;
    this.rounds = Math.max(1, Math.round(mean(members.map(({ rounds }) => rounds))));
    this.validationLosses = meanCurve(members.map((member) => member.validationLosses));
    this.card = {
      ...(members[0] as FittedModel).card,
      rounds: members.map(({ rounds }) => rounds).join(' '),
      members: members.length,
      member_of_state: memberOfState.join(' '),
    };
  }

  async rawScores(matrix: Matrix): Promise<Float64Array> {
    const scores: Float64Array[] = [];
    for (const member of this.#members) scores.push(await member.rawScores(matrix));
    return mixScores(this.#mixing, scores, matrix);
  }

  exportModel(layout: ExportLayout): ExportedModel {
    const mixture = this.#mixture(layout);
    const graph = regimeMixtureGraph(mixture.members.map(memberGraph), mixture.memberOfState, mixture.form);
    return {
      onnx: writeClassifier(graph, layout.regimeStates, layout.calibration),
      files: new Map([['mixture.json', new TextEncoder().encode(writeMixture(mixture))]]),
    };
  }

  /** Every member by its own gate, leaf by leaf, then what the graph makes of them together. */
  async verifyExport(
    exported: ExportedModel,
    layout: ExportLayout,
    sample: Matrix,
    options: VerifyOptions,
  ): Promise<ExactnessReport> {
    for (const member of this.#members) {
      await member.verifyExport(member.exportModel(layout), layout, sample, options);
    }
    const session = await options.openSession(exported.onnx);
    try {
      return await checkMixture({
        mixture: this.#mixture(layout),
        oracles: this.#members.map((member) => oracleOf(member, layout)),
        session,
        calibration: layout.calibration,
        sample,
        count: options.count,
        seed: options.seed,
      });
    } finally {
      await session.close();
    }
  }

  get #mixing() {
    return { form: FORM, memberOfState: this.#memberOfState };
  }

  #mixture(layout: ExportLayout): RegimeMixture {
    return { ...this.#mixing, members: this.#members.map((member) => memberOf(member.exportModel(layout))) };
  }
}

/** A member as its own export has it. */
function memberOf(exported: ExportedModel): MixtureMember {
  const stacked = exported.files.get('stacked.json');
  if (stacked === undefined) return plainFrom(exported);
  return { kind: 'stacked', stack: stackOf(JSON.parse(new TextDecoder().decode(stacked))) };
}

function oracleOf(member: FittedModel, { places }: ExportLayout): MemberOracle {
  return { rawScores: (matrix) => member.rawScores(pickColumns(matrix, places)) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The members' curves in one, each held at its end; none where a member has none. */
function meanCurve(curves: readonly (readonly number[])[]): number[] {
  if (curves.some(({ length }) => length === 0)) return [];
  const rounds = Math.max(...curves.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, at) => mean(curves.map((curve) => curve[at] ?? curve.at(-1)!)));
}
