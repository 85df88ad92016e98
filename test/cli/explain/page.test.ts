import { describe, expect, it } from 'vitest';
import { explainPage } from '../../../cli/explain/page.ts';
import type { Trail } from '../../../cli/trail.ts';
import { noTotals } from '../../../shared/domain/risk/account-totals.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { aFollowedOutcome, aTradeMark } from '../../factories/outcome.ts';
import { aRecommendation, aTrade } from '../../factories/recommendation.ts';

const THRESHOLDS = { buy: 0.51, sell: 0.71 };

/** The page without colours, as it is written where there is no terminal. */
function pageOf(one: Recommendation, more: Partial<Trail> = {}, width = 60): string[] {
  const trail = { log_index: 412, trades: [], marks: [], outcomes: [], feedback: [], ...more };
  return explainPage({ recommendation: one, ...trail }, THRESHOLDS, width);
}

const BUY = aRecommendation({
  rationale: 'BUY at 60.0 % against SELL at 20.0 % in regime 1 (80 %), driven by vix 11.2 (-0.100).',
  drivers: [
    { feature: 'pcr_total_oi', value: 1.3081, zscore: 2.41, shap: 0.4 },
    { feature: 'vix', value: null, zscore: null, shap: -0.1 },
  ],
});

describe('an answer explained', () => {
  it('says what, when, for which exchange and by which model', () => {
    expect(pageOf(BUY).slice(0, 2)).toEqual([
      'BUY at 60.0 %  NSE  Thu, 4 Dec 2025, 12:35:00 IST',
      `${BUY.id}  model 2025-12-03-aaaaaaaa`,
    ]);
  });

  it('breaks its sentence at the width', () => {
    expect(pageOf(BUY).slice(3, 5)).toEqual([
      '  BUY at 60.0 % against SELL at 20.0 % in regime 1 (80 %),',
      '  driven by vix 11.2 (-0.100).',
    ]);
  });

  it('shows each probability beside its threshold, and the regimes', () => {
    const page = pageOf(BUY);
    expect(page).toContain(`  BUY   60.0 %  ${'█'.repeat(18)}${' '.repeat(12)}  BUY is named from 51.0 % on`);
    expect(page).toContain(`  SELL  20.0 %  ${'█'.repeat(6)}${' '.repeat(24)}  SELL is named from 71.0 % on`);
    expect(page).toContain('  Regime 1 at 80.0 %; 0 is the calmest  (regime 0 20.0 %)');
  });

  it('shows drivers to the side they pull, the longest first', () => {
    const driversAt = (width: number) => pageOf(BUY, {}, width).filter((line) => line.includes('│'));
    expect(driversAt(80)).toEqual([
      `  ${' '.repeat(5)}│${'█'.repeat(5)} +0.4000  pcr_total_oi      1.308  2.4 sd above`,
      `  ${' '.repeat(4)}█│${' '.repeat(5)} -0.1000  vix             missing`,
    ]);
    expect(driversAt(120)).toEqual([
      `  ${' '.repeat(12)}│${'█'.repeat(12)} +0.4000  pcr_total_oi      1.308  2.4 deviations above its training mean`,
      `  ${' '.repeat(9)}███│${' '.repeat(12)} -0.1000  vix             missing`,
    ]);
  });

  it('says that drivers are estimates where they are', () => {
    const drivers = [{ ...BUY.drivers[0]!, method: 'permutation' as const }];
    expect(pageOf(BUY).join()).toContain('exact Shapley values of BUY');
    expect(pageOf({ ...BUY, drivers }).join()).toContain('estimated Shapley values of BUY');
  });

  it('says what to buy when every rule agrees', () => {
    const page = pageOf(BUY);
    expect(page).toContain('  Buy 2 lots of NIFTY25D0926050CE: every rule of risk agrees');
    expect(page).toContain('  Kelly 20.0 % of the capital in full, 2.0 % after fraction and cap');
  });

  it('says in words what speaks against it', () => {
    const page = pageOf({ ...BUY, execute: false, risk_flags: ['no_lots', 'spot_frozen'] });
    expect(page).toContain('  Nothing: the signal may not be executed');
    expect(page).toContain('  - the size is below one lot (no_lots)');
    expect(page).toContain('  - data: spot frozen');
  });

  it('of an answer without a model tells the reason once, and no probabilities', () => {
    const page = pageOf({
      ...aRecommendation({ action: 'HOLD', confidence: 0, execute: false, symbol: null }),
      probabilities: null,
      model_version: null,
      hold_reason: 'no_live_model',
      risk_flags: ['no_live_model'],
    });
    expect(page[0]).toBe('HOLD  NSE  Thu, 4 Dec 2025, 12:35:00 IST');
    expect(page).toContain('  Nothing: no model is live (no_live_model)');
    expect(page.filter((line) => line.includes('no_live_model'))).toHaveLength(1);
    expect(page).not.toContain('What the model says');
  });
});

describe('what the rules saw', () => {
  const seen = {
    ...noTotals('2025-12-04'),
    daily_return: -0.004,
    account_daily_return: 0.001,
    account_drawdown: 0.006,
    consecutive_losses: 2,
    open_positions: 1,
    account_open_positions: 2,
    account_exposure_rupees: 123456,
    account_delta_rupees: -6400,
    proposal: { delta: 0.52, units: 130, delta_rupees: 17_600, exposure_rupees: 18_395 },
    volatility: { source: 'vix', forecast: 0.25, target: 0.2, scale: 0.8 },
    live_record: { model_version: '2025-12-03-aaaaaaaa', trades: 31, win_rate: 0.55, payoff: 1.1 },
  };

  it('is told in figures', () => {
    const page = pageOf({ ...BUY, risk: seen });
    const from = page.indexOf('What the rules saw');
    expect(page.slice(from + 1, from + 6)).toEqual([
      "  Today -0.4 % here and 0.1 % in all, 0.6 % below the day's best; 2 lost in a row",
      '  Open 1 here, 2 in all: 1,23,456 rupees bound, -6,400 for 1 % up',
      '  This one adds 130 units of delta 0.52: 18,395 rupees bound, +17,600 for 1 % up',
      '  Volatility 25.0 % a year (vix), 20.0 % are aimed at: the size is scaled to 80.0 %',
      '  Live, 2025-12-03-aaaaaaaa had 31 trades, 55.0 % won',
    ]);
  });

  it('names who halted trading, and a block for drift', () => {
    const halt = { scope: 'all', by: 'asha', reason: 'result day', at: '2025-12-04T06:00:00.000Z' };
    const drift_block = { model_version: 'v', at: '2025-12-04T06:00:00.000Z', why: 'psi of vix is 0.6' };
    const page = pageOf({ ...BUY, risk: { ...seen, halt, drift_block } });
    expect(page).toContain('  Halted by asha (all): result day');
    expect(page).toContain('  Blocked for drift: psi of vix is 0.6');
  });

  it('is left out of answers older than the rules, and a volatility nobody knows scales nothing', () => {
    expect(pageOf({ ...BUY, risk: null })).not.toContain('What the rules saw');
    const volatility = { source: null, forecast: null, target: 0.2, scale: 1 };
    expect(pageOf({ ...BUY, risk: { ...seen, volatility } })).toContain(
      '  Volatility is not known: nothing was scaled',
    );
  });
});

describe('what became of it', () => {
  it('is told by time, claims before marks, the nearest horizon last', () => {
    const bought = aTrade(BUY, { trade_id: 'T-1', price: 141.5 });
    const closed = aTrade(BUY, {
      trade_id: 'T-1',
      status: 'closed',
      price: 153,
      pnl: 2250,
      reason: 'target',
      timestamp: '2025-12-04T12:50:00+05:30',
    });
    const page = pageOf(BUY, {
      trades: [closed, bought],
      marks: [aTradeMark()],
      outcomes: [aFollowedOutcome(BUY, { realised_return: 0.0021 })],
    });
    const from = page.indexOf('What became of it');
    expect(page.slice(from + 1, from + 5)).toEqual([
      '  12:35:00  trade T-1 bought 2 x NIFTY25D0926050CE at 141.50',
      '  12:50:00  trade T-1 closed at 153.00: target, claimed +2,250 rupees',
      '  marked T-1 closed: +1500 rupees by the prices of NSE_MONTHLY, claimed +2250 rupees, apart by +750 rupees',
      '  outcome after 15 minutes: moved 0.210 %, as it said',
    ]);
  });

  it('tells of an order that was rejected, and why', () => {
    const rejected = aTrade(BUY, { trade_id: 'T-2', status: 'rejected', reason: 'no price' });
    expect(pageOf(BUY, { trades: [rejected] })).toContain('  12:35:00  trade T-2 rejected: no price');
  });

  it('says so while there is nothing', () => {
    expect(pageOf(BUY)).toContain('  no trade was reported, and no horizon has passed yet');
  });
});

it('tells its place in the log, or that it has none yet', () => {
  expect(pageOf(BUY).join('\n')).toContain(`entry 412 of the audit log, leaf ${BUY.leaf_hash.slice(0, 16)}`);
  expect(pageOf(BUY, { log_index: null }).join('\n')).toContain('not sealed yet');
});
