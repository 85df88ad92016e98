import { describe, expect, test } from 'vitest';
import { drawdownBounded } from '../../../../../shared/domain/evaluation/rules/drawdown-bounded.ts';
import { f1Holds } from '../../../../../shared/domain/evaluation/rules/f1-holds.ts';
import { hitRateHolds } from '../../../../../shared/domain/evaluation/rules/hit-rate-holds.ts';
import { precisionAtTopK } from '../../../../../shared/domain/evaluation/rules/precision-at-top-k.ts';
import { sharpe } from '../../../../../shared/domain/evaluation/rules/sharpe.ts';
import { sharpeBootstrap } from '../../../../../shared/stats/sharpe-bootstrap.ts';
import { sharpeRatio } from '../../../../../shared/stats/sharpe-ratio.ts';
import { EARNING, gateCase, judged, LOSING, measures, production } from '../gate-case.ts';

const otherLogic = { logic_hash: '2'.repeat(64) };

describe('sharpe', () => {
  test('a first model that earns passes', () =>
    expect(sharpe(gateCase())).toMatchObject({ pass: true, baseline: null }));
  test('a first model that loses fails', () =>
    expect(sharpe(gateCase({ candidate: judged({ returns: LOSING }) })).pass).toBe(false));
  test('a first model whose own held-out days lose fails, however good the walk-forward was', () => {
    const candidate = { ...judged(), held_out: measures({ returns: LOSING.slice(-12) }) };
    expect(sharpe(gateCase({ candidate })).pass).toBe(false);
  });
  test('a refresh equal to production passes', () =>
    expect(sharpe(gateCase({ baseline: production() })).pass).toBe(true));
  test('a refresh clearly worse than production fails', () => {
    const result = sharpe(gateCase({ candidate: judged({ returns: LOSING }), baseline: production() }));
    expect(result).toMatchObject({ pass: false, threshold: -0.1 });
    expect(result.why).toMatch(/^Refresh: .*80 common days/);
  });
  test('a replacement that is only equal fails: it needs superiority', () =>
    expect(sharpe(gateCase({ baseline: production({}, otherLogic) })).pass).toBe(false));
  test('a replacement that is clearly better passes', () =>
    expect(sharpe(gateCase({ baseline: production({ returns: LOSING }, otherLogic) })).pass).toBe(true));
  test('a replacement that is surely better, but by less than asked for, fails', () => {
    const baseline = production({ returns: LOSING }, otherLogic);
    const { policy } = gateCase();
    const asked = (superiority: number) => {
      const rules = { ...policy.rules, sharpe: { ...policy.rules.sharpe, superiority } };
      return sharpe(gateCase({ baseline, policy: { ...policy, rules } })).pass;
    };
    const difference = sharpeRatio(EARNING) - sharpeRatio(LOSING);
    expect(asked(difference)).toBe(true);
    expect(asked(difference + 1e-9)).toBe(false);
  });
  test('the interval of a refresh leaves out half of the rest at each end', () => {
    const returns = EARNING.map((value, day) => value + 0.001 * Math.sin(day * 1.7));
    const { refresh_confidence, resamples } = gateCase().policy.rules.sharpe;
    const options = { resamples, seed: 7, tail: (1 - refresh_confidence) / 2 };
    const { lower } = sharpeBootstrap(returns, EARNING, options);
    expect(sharpe(gateCase({ candidate: judged({ returns }), baseline: production() })).candidate).toBe(
      lower,
    );
  });
  test('a replacement has to be surer than one look would ask for: it is looked at for thirty nights', () => {
    const returns = EARNING.map((value, day) => value + 0.00112 * Math.sin(day * 1.7) + 0.0002);
    const worse = { returns: EARNING };
    const { policy } = gateCase();
    const lowerEnd = (looks: number) => {
      const rules = { ...policy.rules, sharpe: { ...policy.rules.sharpe, looks } };
      const baseline = production(worse, otherLogic);
      return sharpe(gateCase({ candidate: judged({ returns }), baseline, policy: { ...policy, rules } }));
    };
    expect(lowerEnd(30).candidate!).toBeLessThan(lowerEnd(1).candidate!);
    expect(lowerEnd(1).candidate!).toBeLessThan(0.5);
  });
  test('only common days are compared', () => {
    const baseline = production({ returns: EARNING.slice(0, 30) });
    expect(sharpe(gateCase({ baseline })).why).toContain('30 common days');
  });
  test('no common day proves nothing', () =>
    expect(sharpe(gateCase({ baseline: production({ returns: [] }) })).pass).toBe(false));
  test('the same seed gives the same judgement', () =>
    expect(sharpe(gateCase({ seed: 3 }))).toEqual(sharpe(gateCase({ seed: 3 }))));
});

describe('drawdown-bounded', () => {
  const fallen = (max_drawdown: number) => judged({ metrics: { max_drawdown } });
  test('below the cap passes', () => expect(drawdownBounded(gateCase()).pass).toBe(true));
  test('above the cap fails', () =>
    expect(drawdownBounded(gateCase({ candidate: fallen(0.11) }))).toMatchObject({
      pass: false,
      threshold: 0.1,
    }));
  test('much deeper than production fails, below the cap or not', () =>
    expect(drawdownBounded(gateCase({ candidate: fallen(0.06), baseline: production() })).pass).toBe(false));
  test('a little deeper than production passes', () =>
    expect(drawdownBounded(gateCase({ candidate: fallen(0.049), baseline: production() })).pass).toBe(true));
  test('a deep production does not lift the cap', () =>
    expect(
      drawdownBounded(
        gateCase({ candidate: fallen(0.2), baseline: production({ metrics: { max_drawdown: 0.3 } }) }),
      ).pass,
    ).toBe(false));
});

describe('hit-rate-holds', () => {
  const rate = (hit_rate: number | null) => ({ metrics: { hit_rate } });
  test('above the floor passes', () => expect(hitRateHolds(gateCase()).pass).toBe(true));
  test('below the floor fails', () =>
    expect(hitRateHolds(gateCase({ candidate: judged(rate(0.44)) })).pass).toBe(false));
  test('slightly below production passes', () =>
    expect(hitRateHolds(gateCase({ candidate: judged(rate(0.54)), baseline: production() })).pass).toBe(
      true,
    ));
  test('far below production fails', () =>
    expect(hitRateHolds(gateCase({ candidate: judged(rate(0.5)), baseline: production() })).pass).toBe(
      false,
    ));
  test('a replacement may not be below production at all', () => {
    const baseline = production({}, otherLogic);
    expect(hitRateHolds(gateCase({ candidate: judged(rate(0.549)), baseline })).pass).toBe(false);
    expect(hitRateHolds(gateCase({ candidate: judged(rate(0.55)), baseline })).pass).toBe(true);
  });
  test('no trade fails', () =>
    expect(hitRateHolds(gateCase({ candidate: judged(rate(null)) })).pass).toBe(false));
});

describe('f1-holds', () => {
  test('better than guessing passes', () =>
    expect(f1Holds(gateCase())).toMatchObject({ pass: true, threshold: 0.4 }));
  test('worse than guessing fails', () =>
    expect(f1Holds(gateCase({ candidate: judged({ f1: 0.39 }) })).pass).toBe(false));
  test('far below production fails', () =>
    expect(f1Holds(gateCase({ candidate: judged({ f1: 0.45 }), baseline: production() })).pass).toBe(false));
  test('a refresh may be a little below production, a replacement may not', () => {
    const candidate = judged({ f1: 0.495 });
    expect(f1Holds(gateCase({ candidate, baseline: production() })).pass).toBe(true);
    expect(f1Holds(gateCase({ candidate, baseline: production({}, otherLogic) })).pass).toBe(false);
  });
  test('no labelled row fails', () =>
    expect(f1Holds(gateCase({ candidate: judged({ f1: null }) })).pass).toBe(false));
});

describe('precision-at-top-k', () => {
  const precise = (precision_at_top_k: number | null) => judged({ precision_at_top_k });
  test('above no skill passes', () => expect(precisionAtTopK(gateCase()).pass).toBe(true));
  test('no better than the commoner direction fails', () =>
    expect(precisionAtTopK(gateCase({ candidate: precise(0.43) }))).toMatchObject({
      pass: false,
      threshold: 0.44,
    }));
  test('near production passes, far below fails', () => {
    const baseline = production();
    expect(precisionAtTopK(gateCase({ candidate: precise(0.53), baseline })).pass).toBe(true);
    expect(precisionAtTopK(gateCase({ candidate: precise(0.5), baseline })).pass).toBe(false);
  });
  test('a poor production does not lower the floor', () => {
    const baseline = production({ precision_at_top_k: 0.3 });
    expect(precisionAtTopK(gateCase({ candidate: precise(0.35), baseline })).pass).toBe(true);
    expect(precisionAtTopK(gateCase({ candidate: precise(0.34), baseline }))).toMatchObject({
      pass: false,
      threshold: 0.35,
    });
  });
  test('nothing measured fails', () =>
    expect(precisionAtTopK(gateCase({ candidate: precise(null) })).pass).toBe(false));
});

describe('on common sessions', () => {
  const common = (change: Parameters<typeof judged>[0]) =>
    gateCase({ common: judged(change), baseline: production() });
  test('what is compared is the common record, what is capped is the whole one', () => {
    expect(hitRateHolds(common({ metrics: { hit_rate: 0.5 } }))).toMatchObject({
      pass: false,
      candidate: 0.5,
    });
    expect(f1Holds(common({ f1: 0.45 })).pass).toBe(false);
    expect(precisionAtTopK(common({ precision_at_top_k: 0.5 })).pass).toBe(false);
    expect(drawdownBounded(common({ metrics: { max_drawdown: 0.06 } })).pass).toBe(false);
    expect(sharpe(common({ returns: LOSING })).pass).toBe(false);
    const deep = { ...common({}), candidate: judged({ metrics: { max_drawdown: 0.2 } }) };
    expect(drawdownBounded(deep).pass).toBe(false);
  });
});
