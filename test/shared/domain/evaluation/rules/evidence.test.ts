import { describe, expect, test } from 'vitest';
import { calibrationError } from '../../../../../shared/domain/evaluation/rules/calibration-error.ts';
import { dataFreshAndComplete } from '../../../../../shared/domain/evaluation/rules/data-fresh-and-complete.ts';
import { deflatedSharpe } from '../../../../../shared/domain/evaluation/rules/deflated-sharpe.ts';
import { enoughEvidence } from '../../../../../shared/domain/evaluation/rules/enough-evidence.ts';
import { exportExact } from '../../../../../shared/domain/evaluation/rules/export-exact.ts';
import { featureParity } from '../../../../../shared/domain/evaluation/rules/feature-parity.ts';
import { overfittingProbability } from '../../../../../shared/domain/evaluation/rules/overfitting-probability.ts';
import { seededUniform } from '../../../../../shared/stats/seeded-uniform.ts';
import { CALIBRATED, EARNING, gateCase, judged, LOSING, production } from '../gate-case.ts';

describe('calibration-error', () => {
  const stated = (change: Partial<typeof CALIBRATED>) =>
    judged({ calibration: { ...CALIBRATED, ...change } });
  test('calibrated passes', () => expect(calibrationError(gateCase()).pass).toBe(true));
  test.each([
    ['error above the cap', { ece: 0.2 }, 'above the cap'],
    ['Brier score worse than the base rates', { brier: 0.7 }, 'Brier'],
    ['log-loss worse than the base rates', { log_loss: 1.2 }, 'log-loss'],
    ['one regime off', { by_regime: [{ regime: 2, rows: 800, ece: 0.3 }] }, 'regime 2'],
  ])('%s fails', (_name, change, words) => {
    const result = calibrationError(gateCase({ candidate: stated(change) }));
    expect(result.pass).toBe(false);
    expect(result.why).toContain(words);
  });
  test('a regime with few rows is not judged', () =>
    expect(
      calibrationError(gateCase({ candidate: stated({ by_regime: [{ regime: 2, rows: 740, ece: 0.3 }] }) }))
        .pass,
    ).toBe(true));
  test('a Brier score worse than production fails', () => {
    const baseline = production({ calibration: { ...CALIBRATED, brier: 0.5 } });
    expect(calibrationError(gateCase({ baseline })).pass).toBe(false);
  });
  test('nothing labelled fails', () =>
    expect(calibrationError(gateCase({ candidate: judged({ calibration: null }) })).pass).toBe(false));
});

describe('deflated-sharpe', () => {
  test('a strong record with one trial passes', () => expect(deflatedSharpe(gateCase()).pass).toBe(true));
  test('a losing record fails', () =>
    expect(deflatedSharpe(gateCase({ candidate: judged({ returns: LOSING }) })).pass).toBe(false));
  test('the same record fails once enough configurations were tried', () => {
    const candidate = judged({ returns: EARNING.map((value) => value - 0.0012) });
    const trials = { distinct: 5000, sharpe_variance: 0.09, on_this_dataset: 1, daily_returns: null };
    expect(deflatedSharpe(gateCase({ candidate })).pass).toBe(true);
    expect(deflatedSharpe(gateCase({ candidate, trials })).pass).toBe(false);
  });
  test('worthless trials vary by chance alone, and less the more alike they are; bad ones are no better luck', () => {
    const daily = (share: number) =>
      Array.from({ length: 10 }, (_, at) =>
        EARNING.map((value, day) => value + share * Math.cos(day * (at + 2))),
      );
    const why = (daily_returns: readonly (readonly number[])[] | null, sharpe_variance: number | null) =>
      deflatedSharpe(
        gateCase({ trials: { distinct: 10, on_this_dataset: 10, sharpe_variance, daily_returns } }),
      ).why;
    expect(why(null, 0.09)).toContain('variance 0.0127 by chance');
    expect(why(null, null)).toContain('variance 0.0127 by chance');
    expect(why(null, 0.003)).toContain('variance 0.003)');
    const varianceOf = (text: string) => Number(/variance ([\d.e-]+) by chance/.exec(text)?.[1]);
    expect(varianceOf(why(daily(0.0005), 0.09))).toBeLessThan(varianceOf(why(daily(0.01), 0.09)));
    expect(varianceOf(why(daily(0.01), 0.09))).toBeLessThanOrEqual(0.0127);
  });
  test('more trials never help', () => {
    const value = (distinct: number) =>
      deflatedSharpe(
        gateCase({ trials: { distinct, sharpe_variance: null, on_this_dataset: 1, daily_returns: null } }),
      ).candidate ?? 0;
    expect(value(2)).toBeGreaterThan(value(20));
    expect(value(20)).toBeGreaterThan(value(200));
  });
  test('a refresh selects nothing: it counts as one trial, and need only be likelier to earn than to lose', () => {
    const trials = { distinct: 5000, sharpe_variance: 0.09, on_this_dataset: 1, daily_returns: null };
    const earning = judged({ returns: EARNING.map((value) => value - 0.0012) });
    const refresh = deflatedSharpe(gateCase({ trials, candidate: earning, baseline: production() }));
    expect(refresh).toMatchObject({ pass: true, threshold: 0.5 });
    expect(refresh.why).toContain('given 1 distinct configuration tried (a refresh selects nothing)');
    const replace = gateCase({
      trials,
      candidate: earning,
      baseline: production({}, { logic_hash: '2'.repeat(64) }),
    });
    expect(deflatedSharpe(replace)).toMatchObject({ pass: false, threshold: 0.95 });
    const losing = gateCase({ candidate: judged({ returns: LOSING }), baseline: production() });
    expect(deflatedSharpe(losing).pass).toBe(false);
  });
  test('no days prove nothing', () =>
    expect(deflatedSharpe(gateCase({ candidate: judged({ returns: [] }) }))).toMatchObject({
      pass: false,
      candidate: null,
    }));
});

describe('overfitting-probability', () => {
  const next = seededUniform(3);
  const noise = Array.from({ length: 10 }, () => EARNING.map(() => next() - 0.5));
  const trials = (daily_returns: readonly (readonly number[])[] | null, distinct = 10) => ({
    distinct: distinct + 3,
    sharpe_variance: null,
    on_this_dataset: distinct,
    daily_returns,
  });
  test('one configuration: says that it does not apply, and does not pass', () => {
    const result = overfittingProbability(gateCase());
    expect(result.pass).toBeNull();
    expect(result.why).toMatch(/^Not applicable/);
  });
  test('several on earlier nights, one tonight: nothing was selected tonight', () => {
    const result = overfittingProbability(gateCase({ trials: trials(null, 1) }));
    expect(result.pass).toBeNull();
    expect(result.why).toContain('4 ever, see deflated-sharpe');
  });
  test('a winner that stays the winner passes', () => {
    const planted = noise.map((trial, i) => (i === 3 ? trial.map((value) => value + 0.4) : trial));
    expect(overfittingProbability(gateCase({ trials: trials(planted) })).pass).toBe(true);
  });
  test('a winner by chance fails', () =>
    expect(overfittingProbability(gateCase({ trials: trials(noise) })).pass).toBe(false));
  test('which of several that are as good as each other was chosen does no harm', () => {
    const alike = noise.map((trial) => trial.map((value, day) => 0.05 * value + EARNING[day]! * 100));
    expect(overfittingProbability(gateCase({ trials: trials(alike) }))).toMatchObject({ pass: true });
    const same = noise.map(() => noise[0]!);
    expect(overfittingProbability(gateCase({ trials: trials(same) }))).toMatchObject({
      pass: true,
      candidate: 0,
    });
  });
  test('several trials without their returns fail', () =>
    expect(overfittingProbability(gateCase({ trials: trials(null) })).why).toContain(
      'comparable daily returns of 0',
    ));
  test('too few days to split fail', () =>
    expect(
      overfittingProbability(gateCase({ trials: trials(noise.map((trial) => trial.slice(0, 7))) })).why,
    ).toContain('was 7'));
});

describe('enough-evidence', () => {
  test('a long record passes', () => expect(enoughEvidence(gateCase()).pass).toBe(true));
  test('an exploratory bundle fails, whatever its record', () => {
    const result = enoughEvidence(gateCase({ exploratory: true }));
    expect(result.pass).toBe(false);
    expect(result.why).toContain('exploratory');
  });
  test('few sessions fail and are counted', () => {
    const result = enoughEvidence(gateCase({ candidate: judged({ returns: EARNING.slice(0, 30) }) }));
    expect(result.pass).toBe(false);
    expect(result.why).toContain('out-of-sample sessions 30, needed 60');
  });
  test('few effective samples fail', () =>
    expect(enoughEvidence(gateCase({ candidate: judged({ effective_samples: 12 }) })).why).toContain(
      'effective samples 12',
    ));
  test('a first model with a losing record never has a long enough one', () =>
    expect(enoughEvidence(gateCase({ candidate: judged({ returns: LOSING }) })).why).toContain(
      'no number of sessions',
    ));
  test('a refresh is spared that: it is judged against production', () =>
    expect(
      enoughEvidence(gateCase({ candidate: judged({ returns: LOSING }), baseline: production() })).pass,
    ).toBe(true));
});

describe('data-fresh-and-complete', () => {
  const data = gateCase().data;
  test('fresh and complete passes', () => expect(dataFreshAndComplete(gateCase()).pass).toBe(true));
  test.each([
    ['an old dataset', { age_sessions: 3 }, 'ends 3 sessions ago'],
    ['one that is a session too old', { age_sessions: 2 }, 'ends 2 sessions ago, at most 1 allowed'],
    [
      'a thin feature',
      { completeness: { vix: 0.4, pcr_total_oi: 1 } },
      '1 feature in use has less than 90 % of the values, worst vix with 40 %',
    ],
    [
      'a feature whose source has died',
      { completeness: { vix: 0.8 }, presence: { vix: { newest: 0.7, least_before: 1, sessions: 10 } } },
      'worst vix with 80 %, in the newest 10 sessions 70 %, never below 100 % in as many before',
    ],
    ['no feature at all', { completeness: {} }, 'no feature'],
    ['a leak', { failed_leakage_checks: ['future_corruption'] }, 'future_corruption'],
  ])('%s fails', (_name, change, words) => {
    const result = dataFreshAndComplete(gateCase({ data: { ...data, ...change } }));
    expect(result.pass).toBe(false);
    expect(result.why).toContain(words);
  });
  test('a feature that is undefined at times, as it always was, passes and is said', () => {
    const presence = { skew: { newest: 0.4, least_before: 0.35, sessions: 10 } };
    const thin = { ...data, completeness: { skew: 0.5, vix: 1 }, presence };
    const result = dataFreshAndComplete(gateCase({ data: thin }));
    expect(result).toMatchObject({ pass: true, candidate: 0.5 });
    expect(result.why).toContain('1 feature below 90 % being there in the newest sessions as before');
  });
  test('it may be a little rarer than it ever was, and no more', () => {
    const judgedAt = (newest: number) =>
      dataFreshAndComplete(
        gateCase({
          data: {
            ...data,
            completeness: { skew: 0.5 },
            presence: { skew: { newest, least_before: 0.4, sessions: 10 } },
          },
        }),
      ).pass;
    expect(judgedAt(0.9 * 0.4)).toBe(true);
    expect(judgedAt(0.9 * 0.4 - 1e-9)).toBe(false);
  });
});

describe('export-exact', () => {
  const exported = gateCase().export;
  test('exact on enough rows passes', () => expect(exportExact(gateCase()).pass).toBe(true));
  test.each([
    ['another leaf', { leaf_mismatches: 1 }, 'another leaf'],
    ['other probabilities', { max_probability_error: 1e-3 }, 'differ by up to 0.001'],
    ['probabilities that are not numbers', { max_probability_error: Number.NaN }, 'differ'],
    ['too few adversarial rows', { adversarial_rows: 10 }, '10 adversarial rows'],
    ['too few ordinary rows', { ordinary_rows: 10 }, '10 ordinary rows'],
    ['a wrong hash', { hashes_verified: false }, 'hash'],
  ])('%s fails', (_name, change, words) => {
    const result = exportExact(gateCase({ export: { ...exported, ...change } }));
    expect(result.pass).toBe(false);
    expect(result.why).toContain(words);
  });
});

describe('feature-parity', () => {
  test('equal rows pass', () => expect(featureParity(gateCase()).pass).toBe(true));
  test('one differing row fails and is named', () => {
    const parity = {
      rows_compared: 5000,
      rows_differing: 1,
      first_difference: 'NSE/12:31 vix: served 11, recomputed 12',
    };
    const result = featureParity(gateCase({ parity }));
    expect(result.pass).toBe(false);
    expect(result.why).toContain('served 11, recomputed 12');
  });
  test('nothing compared fails', () =>
    expect(
      featureParity(gateCase({ parity: { rows_compared: 0, rows_differing: 0, first_difference: null } }))
        .pass,
    ).toBe(false));
});

describe('a model that was made elsewhere', () => {
  const imported = (configurations_tried: number | null) =>
    gateCase({ imported: { by: 'anita', trained_through: '2025-11-20', configurations_tried } });

  test('fails what cannot be shown while it is not stated how often its maker tried', () => {
    expect(deflatedSharpe(imported(null))).toMatchObject({ pass: false, candidate: null });
    expect(deflatedSharpe(imported(null)).why).toContain('Cannot be shown');
    expect(overfittingProbability(imported(null))).toMatchObject({ pass: false });
    expect(overfittingProbability(imported(null)).why).toContain('an unknown number of configurations');
  });

  test('is judged for what was tried elsewhere, too', () => {
    const alone = deflatedSharpe(gateCase());
    const one = deflatedSharpe(imported(1));
    expect(one.candidate).toBe(alone.candidate);
    const many = deflatedSharpe(imported(300));
    expect(many.candidate!).toBeLessThan(one.candidate!);
    expect(many.why).toContain("(300 of them elsewhere, by its maker's word)");
    expect(overfittingProbability(imported(300))).toMatchObject({ pass: false });
    expect(overfittingProbability(imported(300)).why).toContain('among 300 configurations');
  });

  test('that was the only one tried was not selected: the rule is listed as one that does not apply', () => {
    expect(overfittingProbability(imported(1))).toMatchObject({ pass: null });
    expect(overfittingProbability(imported(1)).why).toContain("its maker's word nothing else was tried");
  });

  test('says what nobody here can check, pass or not', () => {
    const why = dataFreshAndComplete(imported(1)).why;
    expect(why).toContain("learnt nothing after 2025-11-20 is its maker's word, brought by anita");
    expect(enoughEvidence(imported(1)).why).toContain('there are no walk-forward scores');
    expect(exportExact(imported(1)).why).toContain('Answers as the files that were brought');
    expect(dataFreshAndComplete(gateCase()).why).not.toContain('word');
  });
});
