import type { CalibrationForm, CalibrationPart } from '../../shared/domain/training/calibration.ts';
import { BUY, HOLD, SELL } from '../../shared/domain/training/classes.ts';
import { type GraphPart, int, node, tensor } from './build.ts';
import { type MapTensors, mapNodes } from './map-graph.ts';

/** Names of the tensors that calibration reads and makes. */
export interface Ends {
  /** [rows x columns] double, the regime's chances last. */
  readonly inputs: string;
  /** [rows x classes] double. */
  readonly rawScores: string;
  /** [rows x classes] double. */
  readonly probabilities: string;
}

const CLASSES = 3;
const BY_ROW = [int('axis', 1)];
const KEEP = [int('keepdims', 1)];
/** [rows x parts], which sum to 1: the regime states', then the common part's. */
const WEIGHTS = 'part_weights';

/**
 * Calibration as a part of the graph, in double: what `calibrate` says, step by step. Without parts of regimes and
 * without maps it is one scale, one bias and a softmax.
 *
 * @param columns - of the inputs
 * @param regimeStates - the last columns; parts of another number of states are left out, as `calibrate` leaves them out
 */
export function calibrationGraph(
  calibration: CalibrationForm,
  columns: number,
  regimeStates: number,
  ends: Ends,
): GraphPart {
  const regimes = calibration.regimes?.length === regimeStates ? calibration.regimes : [];
  const parts = [...regimes, calibration];
  const affine = affineNodes(parts, ends.rawScores);
  const steps = [
    ...(regimes.length === 0 ? [] : [weightNodes(columns, regimes.length, ends.inputs)]),
    affine,
    calibration.isotonic === undefined
      ? { node: [node('Softmax', ['calibrated_scores'], ends.probabilities, BY_ROW)], initializer: [] }
      : isotonicNodes(parts, ends.probabilities),
  ];
  return {
    node: steps.flatMap((step) => step.node),
    initializer: steps.flatMap((step) => step.initializer),
  };
}

const integers = (name: string, values: readonly number[]) =>
  tensor(name, BigInt64Array.from(values, BigInt));

/** What `regimeWeights` says: chances held within 0 and 1, NaN none, the common part gets what is left of 1. */
function weightNodes(columns: number, states: number, inputs: string): GraphPart {
  const places = Array.from({ length: states }, (_, state) => columns - states + state);
  return {
    node: [
      node('Gather', [inputs, 'calibration_states'], 'stated_chances', BY_ROW),
      node('IsNaN', ['stated_chances'], 'is_no_chance'),
      node('Where', ['is_no_chance', 'zero', 'stated_chances'], 'known_chances'),
      node('Max', ['known_chances', 'zero'], 'positive_chances'),
      node('Min', ['positive_chances', 'one'], 'chances'),
      node('ReduceSum', ['chances', 'second_axis'], 'chance_sum', KEEP),
      node('Sub', ['one', 'chance_sum'], 'chance_left'),
      node('Max', ['chance_left', 'zero'], 'common_chance'),
      node('Concat', ['chances', 'common_chance'], 'part_chances', BY_ROW),
      node('Add', ['chance_sum', 'common_chance'], 'total_chance'),
      node('Div', ['part_chances', 'total_chance'], WEIGHTS),
    ],
    initializer: [
      integers('calibration_states', places),
      integers('second_axis', [1]),
      tensor('zero', Float64Array.of(0)),
      tensor('one', Float64Array.of(1)),
    ],
  };
}

/** The parts' scale and bias, weighted by row where there are several parts. */
function affineNodes(parts: readonly CalibrationPart[], rawScores: string): GraphPart {
  const isOne = parts.length === 1;
  const table = (name: string, values: readonly (readonly number[])[]) =>
    isOne
      ? tensor(name, Float64Array.from(values.flat()))
      : tensor(`${name}_of_parts`, Float64Array.from(values.flat()), [parts.length, CLASSES]);
  const weighted = isOne
    ? []
    : ['scale', 'bias'].map((name) => node('MatMul', [WEIGHTS, `${name}_of_parts`], name));
  return {
    node: [
      ...weighted,
      node('Mul', [rawScores, 'scale'], 'scaled_scores'),
      node('Add', ['scaled_scores', 'bias'], 'calibrated_scores'),
    ],
    initializer: [
      table(
        'scale',
        parts.map(({ scale }) => scale),
      ),
      table(
        'bias',
        parts.map(({ bias }) => bias),
      ),
    ],
  };
}

/** HOLD or a move, SELL or BUY given a move: each through its maps, then multiplied. */
function isotonicNodes(parts: readonly CalibrationPart[], probabilities: string): GraphPart {
  const maps = parts.flatMap(({ isotonic }) => isotonic ?? []);
  const weights = maps.length > 1 ? WEIGHTS : null;
  const questions: MapTensors[] = [
    { name: 'hold', stated: 'stated_hold', answer: 'hold', weights },
    { name: 'direction', stated: 'stated_direction', answer: 'buy_of_moves', weights },
  ];
  const mapped = [
    mapNodes(
      maps.map(({ hold }) => hold),
      questions[0] as MapTensors,
    ),
    mapNodes(
      maps.map(({ direction }) => direction),
      questions[1] as MapTensors,
    ),
  ];
  return {
    node: [
      node('Softmax', ['calibrated_scores'], 'stated', BY_ROW),
      node('Gather', ['stated', 'hold_place'], 'stated_hold', BY_ROW),
      // Among themselves, so that a move that is all but ruled out still has a direction.
      node('Gather', ['calibrated_scores', 'move_places'], 'move_scores', BY_ROW),
      node('Softmax', ['move_scores'], 'stated_moves', BY_ROW),
      node('Gather', ['stated_moves', 'buy_place'], 'stated_direction', BY_ROW),
      ...mapped.flatMap((part) => part.node),
      node('Sub', ['certain', 'hold'], 'moves'),
      node('Mul', ['moves', 'buy_of_moves'], 'buy'),
      node('Sub', ['moves', 'buy'], 'sell'),
      node('Concat', ['sell', 'hold', 'buy'], probabilities, BY_ROW),
    ],
    initializer: [
      ...mapped.flatMap((part) => part.initializer),
      integers('hold_place', [HOLD]),
      integers('move_places', [SELL, BUY]),
      integers('buy_place', [1]),
      tensor('certain', Float64Array.of(1)),
    ],
  };
}
