import type { GateContext } from '../../../../../shared/domain/evaluation/gate-context.ts';
import { EARNING, gateCase, judged, LOSING, measures, production } from '../gate-case.ts';

const days = (count: number) => judged({ returns: EARNING.slice(0, count) });
const unmeasured = judged({
  ...{ f1: null, precision_at_top_k: null, calibration: null },
  metrics: { hit_rate: null, trades: 0 },
});
const { data, export: exported } = gateCase();

/** Every branch of the rules that says something else: strong and weak records, much and hardly any evidence. */
export const JUDGEMENT_CASES: Readonly<Record<string, GateContext>> = {
  first: gateCase(),
  refresh: gateCase({ baseline: production() }),
  replace: gateCase({ baseline: production({ returns: LOSING }, { logic_hash: '2'.repeat(64) }) }),
  losing: gateCase({ candidate: judged({ returns: LOSING }) }),
  'no day': gateCase({ candidate: days(0) }),
  'one day': gateCase({ candidate: days(1) }),
  'two days': gateCase({ candidate: days(2) }),
  'no held-out day': gateCase({ candidate: { ...judged(), held_out: measures({ returns: [] }) } }),
  'one held-out day': gateCase({
    candidate: { ...judged(), held_out: measures({ returns: EARNING.slice(-1) }) },
  }),
  'two held-out days': gateCase({
    candidate: { ...judged(), held_out: measures({ returns: EARNING.slice(-2) }) },
  }),
  'one common day': gateCase({ baseline: production({ returns: EARNING.slice(0, 1) }) }),
  'no common day': gateCase({ baseline: production({ returns: [] }) }),
  unmeasured: gateCase({ candidate: unmeasured }),
  'unmeasured production': gateCase({
    baseline: production({
      ...{ f1: null, precision_at_top_k: null },
      metrics: { hit_rate: null },
    }),
  }),
  'poor data': gateCase({
    data: { ...data, age_sessions: 3, completeness: { vix: 0.4 }, failed_leakage_checks: ['future'] },
    export: { ...exported, leaf_mismatches: 1, ordinary_rows: 10 },
    parity: { rows_compared: 1, rows_differing: 0, first_difference: null },
  }),
  'many trials': gateCase({
    trials: { distinct: 5000, sharpe_variance: 0.09, on_this_dataset: 4, daily_returns: [EARNING] },
  }),
};
