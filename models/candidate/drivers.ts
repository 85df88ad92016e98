import type { ChosenCalibration } from '../../shared/domain/training/choose-calibration.ts';
import { CLASS_COUNT } from '../../shared/domain/training/classes.ts';
import { importances, type ShapSample } from '../../shared/domain/training/report/importance.ts';
import type { FoldDrivers } from '../../shared/domain/training/report/stability.ts';
import { openExplainer } from '../families/explainer.ts';
import { likeliestState } from '../hmm/filter.ts';
import type { Fitted } from './fit-procedure.ts';
import { layoutOf } from './learn.ts';
import type { Observations } from './observations.ts';
import type { WalkForward } from './walk-forward.ts';

/** Rows explained in all folds together: enough to order the features, and about a second. */
const EXPLAINED_ROWS = 600;

/** What each fold's own model rests on, on a sample of the rows that it judged; none where the models were let go. */
export function foldDrivers(data: Observations, family: string, forward: WalkForward): FoldDrivers[] {
  return forward.fitted.map((fitted, at) => {
    const fold = forward.folds[at]?.fold as number;
    const judged = forward.rows.filter((_, place) => forward.fold[place] === fold);
    const rows = evenly(judged, Math.ceil(EXPLAINED_ROWS / forward.fitted.length));
    return { fold, importance: importances(explainFitted(data, family, fitted, forward.chosen, rows)) };
  });
}

/** Exact contributions of a fitted model at some rows of the data: features first, regime chances after them. */
export function explainFitted(
  data: Observations,
  family: string,
  fitted: Fitted,
  chosen: ChosenCalibration,
  rows: Int32Array,
): ShapSample {
  const { chances, hmm } = fitted;
  const { states } = hmm;
  const columns = data.columns + states;
  const explain = openExplainer(family, fitted.model.exportModel(layoutOf(data, fitted, chosen)).files);
  const contributions = new Float64Array(rows.length * CLASS_COUNT * columns);
  const values = new Float64Array(rows.length * columns);
  const regimes: number[] = [];
  const row = new Float32Array(columns);
  rows.forEach((place, at) => {
    const state = chances.subarray(place * states, (place + 1) * states);
    row.set(data.matrix.subarray(place * data.columns, (place + 1) * data.columns));
    row.set(state, data.columns);
    values.set(row, at * columns);
    contributions.set(explain(row).contributions, at * CLASS_COUNT * columns);
    regimes.push(likeliestState(state));
  });
  const names = Array.from({ length: states }, (_, state) => `regime_${state}`);
  return { features: [...data.featureNames, ...names], contributions, values, regimes };
}

/** At most `most` of the rows, evenly spread. */
export function evenly(rows: Int32Array, most: number): Int32Array {
  const step = Math.max(1, Math.ceil(rows.length / most));
  return rows.filter((_, at) => at % step === 0);
}
