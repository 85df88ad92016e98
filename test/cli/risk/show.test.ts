import { describe, expect, it } from 'vitest';
import { openOutput } from '../../../cli/output.ts';
import { showRisk } from '../../../cli/risk/show.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { type AccountTotals, noTotals } from '../../../shared/domain/risk/account-totals.ts';
import type { RiskAnswer } from '../../../shared/domain/scoring/risk-answer.ts';
import { riskLimitLines } from '../../../shared/domain/scoring/risk-limit-lines.ts';
import { anOpening } from '../../factories/risk.ts';

const AT = '2026-01-05T07:05:00.000Z';

function shown(change: Partial<AccountTotals> = {}, more: Partial<RiskAnswer> = {}): string {
  const said: string[] = [];
  const listening = { write: (text: string) => said.push(text) > 0 } as unknown;
  const output = openOutput(false, listening as typeof process.stdout, listening as typeof process.stderr);
  const totals = { ...noTotals('2026-01-05'), ...change };
  const limits = riskLimitLines({ totals, liveVersion: 'v1', nowMs: Date.parse(AT) }, riskPolicy());
  const exchanges = [{ exchange: 'NSE' as const, live_version: 'v1', totals, limits }];
  const empty = { positions: [], halts: [], controls: [] };
  showRisk({ at: AT, account_rupees: 1_000_000, exchanges, ...empty, ...more }, output);
  return said.join('');
}

describe('the risk page', () => {
  it('has every limit beside its value, and says when nothing blocks', () => {
    const page = shown();
    expect(page).toContain('Risk at 2026-01-05 12:35 IST, account of 1,000,000 rupees');
    expect(page).toContain('NSE (v1): nothing blocks');
    expect(page.match(/ ok$/gm)).toHaveLength(12);
    expect(page).toContain('no open positions');
  });

  it('says what blocks and what would lift it', () => {
    const page = shown({ daily_return: -0.021, drawdown: 0.021, account_daily_return: 0.001 });
    expect(page).toContain('NSE (v1): 1 blocking');
    expect(page).toMatch(/^daily loss +-2\.10 % +-2\.00 % +BLOCKS$/m);
    expect(page).toContain('daily loss: the circuit breaker is open (Daily Loss Limit Hit: -2.10%)');
    expect(page).toContain('lifted by: the next session');
  });

  it('tells when a wait ends by the Indian clock, as it tells everything', () => {
    const page = shown({ last_loss_at: '2026-01-05T07:04:50.000Z' });
    expect(page).toMatch(/^cooldown +until 2026-01-05 12:39:50 IST +none +BLOCKS$/m);
    expect(page).toMatch(/cooldown: nothing is entered before 2026-01-05 12:39:50 IST$/m);
    expect(page).not.toMatch(/\dZ/);
  });

  it('has the positions with what they weigh, and the orders', () => {
    const position = { ...anOpening(), trade_id: 'T-1', exchange: 'NSE' as const };
    const weight = { delta_rupees: 16_900, exposure_rupees: 16_900, delta_assumed: false };
    const order = {
      action: 'halt' as const,
      scope: 'all' as const,
      operator: 'asha',
      reason: 'news',
      at: AT,
    };
    const page = shown(
      {},
      {
        positions: [
          { ...position, ...weight },
          { ...position, ...weight, delta_assumed: true },
        ],
        controls: [{ ...order, caller: null, revision: 1 }],
      },
    );
    expect(page).toMatch(/^T-1 +NSE +NIFTY26JAN26050CE +BUY +2 +130 +130 +12:35:00 +0\.50 +16,900 +16,900$/m);
    expect(page).toMatch(/ unknown +16,900 /);
    expect(page).toContain('counts as its units of the underlying');
    expect(page).toContain('2026-01-05 12:35  halt all by asha: news');
  });
});
