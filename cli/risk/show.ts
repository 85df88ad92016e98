import type { RiskAnswer } from '../../shared/domain/scoring/risk-answer.ts';
import { indianClock, indianTime, withIndianTimes } from '../indian-clock.ts';
import { faint, falls, rises, strong } from '../ink.ts';
import type { Output } from '../output.ts';

type Shown = RiskAnswer['exchanges'][number];
type Position = RiskAnswer['positions'][number];

/** The limits of each exchange, what is open, what blocks and what would lift it, and the last orders. */
export function showRisk(answer: RiskAnswer, output: Output): void {
  output.line(
    `${strong('Risk')} at ${indianClock(answer.at)} IST, account of ${rupees(answer.account_rupees)} rupees`,
  );
  for (const one of answer.exchanges) showExchange(one, output);
  output.line();
  showPositions(answer.positions, output);
  showOrders(answer.controls, output);
}

function showExchange({ exchange, live_version, limits }: Shown, output: Output): void {
  const blocking = limits.filter(({ blocks }) => blocks !== null);
  const state = blocking.length === 0 ? rises('nothing blocks') : falls(`${blocking.length} blocking`);
  output.line();
  output.line(`${strong(exchange)} (${live_version ?? 'no model is live'}): ${state}`);
  output.table(
    ['limit', 'now', 'allowed', ''],
    limits.map(({ limit, now, allowed, blocks }) => [
      ...[limit, withIndianTimes(now), allowed],
      blocks === null ? 'ok' : 'BLOCKS',
    ]),
  );
  for (const { limit, blocks, lifted_by } of blocking) {
    output.line(falls(`  ${limit}: ${withIndianTimes(blocks ?? '')}`));
    output.line(faint(`    lifted by: ${withIndianTimes(lifted_by ?? '')}`));
  }
}

function showPositions(positions: readonly Position[], output: Output): void {
  if (positions.length === 0) {
    output.line('no open positions');
    return;
  }
  output.line(strong('Open positions'));
  output.table(
    [
      'trade',
      'exchange',
      'contract',
      'side',
      'lots',
      'units',
      'at',
      'since',
      'delta',
      'delta of 1 %',
      'binds',
    ],
    positions.map((one) => [
      ...[one.trade_id, one.exchange, one.symbol, one.side, one.lots, one.units, one.price_rupees],
      indianTime(one.at),
      one.delta_assumed ? 'unknown' : (one.delta ?? 0).toFixed(2),
      rupees(one.delta_rupees),
      rupees(one.exposure_rupees),
    ]),
  );
  if (positions.some(({ delta_assumed }) => delta_assumed)) {
    output.line(faint('  a position of unknown delta counts as its units of the underlying'));
  }
}

function showOrders(controls: RiskAnswer['controls'], output: Output): void {
  if (controls.length === 0) return;
  output.line();
  output.line(strong('Orders'));
  for (const { at, action, scope, operator, reason } of controls) {
    output.line(`  ${indianClock(at)}  ${action} ${scope} by ${operator}: ${reason}`);
  }
}

/** Whole rupees in groups of three. */
function rupees(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}
