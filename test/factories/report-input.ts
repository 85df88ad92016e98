import type { FeatureImportance } from '../../shared/domain/training/report/importance.ts';
import type { ReportInput } from '../../shared/domain/training/report/training-report.ts';
import type { Trial } from '../../shared/domain/training/trial.ts';
import { randomOf } from './session.ts';

const FEATURES = ['realized_vol_5m', 'pcr_total_oi', 'order_book_imbalance', 'regime_0'];

/** A line of the trial ledger; its configuration is that of `aReportInput`. */
export const A_TRIAL: Trial = {
  ...{ exchange: 'NSE', target: 'tb15', family: 'lightgbm', configuration_hash: 'c0', parameters: {} },
  ...{ dataset_version: '2026-02-05', seed: 1, out_of_fold_log_loss: 1.02, daily_returns: [0.001, 0.002] },
  daily_sharpe: 3,
};

/** The first fold rests on the features in their order, the second has the first two changed about. */
function foldImportance(fold: number): FeatureImportance[] {
  const [first, second, ...others] = FEATURES as [string, string, ...string[]];
  const order = fold === 1 ? FEATURES : [second, first, ...others];
  return order.map((feature, at) => ({ feature, overall: 1 / (at + 1), by_class: {}, by_regime: {} }));
}

/** A made-up run of four sessions and two folds; class, chance and contribution go with each other. */
export function aReportInput(rowsPerSession = 60): ReportInput {
  const random = randomOf(11);
  const sessions = ['2026-02-02', '2026-02-03', '2026-02-04', '2026-02-05'];
  const all = sessions.flatMap((session, day) =>
    Array.from({ length: rowsPerSession }, (_, minute) => ({
      session,
      day,
      minute,
      label: Math.floor(random() * 3),
    })),
  );
  const chances = (spread: number) =>
    Float64Array.from(
      all.flatMap(({ label }) => {
        const raw = [0, 1, 2].map((at) => Math.exp((at === label ? spread : 0) + random()));
        const sum = raw.reduce((total, value) => total + value, 0);
        return raw.map((value) => value / sum);
      }),
    );
  const labels = Int32Array.from(all, ({ label }) => label);
  const calibrated = chances(0.6);
  const price = (at: number) => 26_000 + 30 * Math.sin(at / 9);
  const sessionsOfRows = all.map(({ session }) => session);
  const folds = all.map(({ day }) => (day < 2 ? 1 : 2));
  const regimes = all.map(({ minute }) => (minute % 30 < 15 ? 0 : 1));
  const judged = { sessions: sessionsOfRows, folds, regimes, labels, probabilities: calibrated };
  const weaker = { ...judged, probabilities: chances(0.2) };
  return {
    rows: {
      timestampsMs: all.map(({ day, minute }) => Date.UTC(2026, 1, 2 + day, 4, minute)),
      sessions: sessionsOfRows,
      folds,
      regimes,
      labels,
      uncalibrated: chances(1.4),
      calibrated,
      positions: all.map(({ label }) => label - 1),
      forwardReturns: all.map(({ label }, at) => (at % 50 === 0 ? null : (label - 1) * 0.0004)),
      prices: all.map((_, at) => (at % 70 === 0 ? null : price(at))),
    },
    calibrationKind: 'temperature',
    calibrationLogLosses: {
      ...{ identity: 1.08, temperature: 1.06, platt: 1.061, 'platt per regime': 1.07 },
      ...{ isotonic: 1.065, 'isotonic per regime': 1.075 },
    },
    shap: {
      features: FEATURES,
      contributions: Float64Array.from({ length: 40 * 3 * FEATURES.length }, (_, at) =>
        at % FEATURES.length === 1 ? random() - 0.5 : 0.1 * (random() - 0.5),
      ),
      values: Float64Array.from({ length: 40 * FEATURES.length }, (_, at) =>
        at % 17 === 0 ? Number.NaN : random(),
      ),
      regimes: Array.from({ length: 40 }, (_, at) => at % 2),
    },
    drivers: [1, 2].map((fold) => ({ fold, importance: foldImportance(fold) })),
    learning: [1, 2].map((fold) => ({ fold, validation_losses: [1.1, 1.05, 1.02, 1.03] })),
    folds: [1, 2].map((fold) => ({
      fold,
      judged_from: sessions[2 * fold - 2]!,
      judged_to: sessions[2 * fold - 1]!,
    })),
    models: [
      {
        name: 'lightgbm',
        features: FEATURES.length - 1,
        outOfFold: judged,
        heldOut: null,
        netUtility: 0.0003,
      },
      { name: 'linear', features: FEATURES.length - 1, outOfFold: weaker, heldOut: judged, netUtility: null },
    ],
    distilled: null,
    costReturn: 0.0001,
    configurationHash: 'c0',
  };
}
