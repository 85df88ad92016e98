import type { OutcomesAnswer, Statistics } from '../../shared/domain/outcomes/statistics.ts';
import { shareBar } from '../bars.ts';
import { wrap } from '../explain/wrap.ts';
import { faint, falls, rises, strong, warns } from '../ink.ts';

/** Fewer independent looks, or trades, than this say nothing yet. */
const TOO_FEW = 20;
const BAR = 10;
/** On a terminal that is narrower than this there are no bars, and short words. */
const ROOMY = 120;

const HEADS = {
  exchange: 'exchange',
  regime: 'regime',
  confidence: 'confidence',
  model: 'model version',
  horizon: 'after',
} as const;

/**
 * Lines for a person at a terminal of `columns` characters: a table of accuracy beside what was claimed, one of trades,
 * and what to make of it. Below 120 there are no bars, and neither what reports claimed nor what was not counted.
 */
export function outcomesPage(answer: OutcomesAnswer, columns: number): string[] {
  const { groups, total, by } = answer;
  if (groups.length === 0) {
    return [
      'no outcomes yet: the first are known a quarter of an hour after the first answers (./oi recommendations)',
    ];
  }
  const all = by === 'horizon' ? groups : [...groups, { ...total, key: 'all' }];
  const keys = all.map(({ key }) => keyWords(key, by));
  const isRoomy = columns >= ROOMY;
  const width = Math.max(HEADS[by].length, ...keys.map((key) => key.length));
  const lines = all.map((one, at) => ({ one, key: keys[at]!.padEnd(width) }));
  const traded = lines.filter(({ one }) => tradesSeen(one) > 0);
  return [
    strong(headline(answer)),
    '',
    faint(
      `${HEADS[by].padEnd(width)}  answers  judged  right    95 %        claimed  ${isRoomy ? `${' '.repeat(BAR)}  apart from claim` : 'apart'}`,
    ),
    ...lines.map(({ one, key }) => `${key}  ${accuracyWords(one, isRoomy)}`),
    ...(traded.length === 0
      ? []
      : [
          '',
          faint(
            `${HEADS[by].padEnd(width)}   trades  won    95 %        payoff        pnl   drawdown${isRoomy ? '    claimed  not counted' : ''}`,
          ),
          ...traded.map(({ one, key }) => `${key}  ${tradeWords(one, isRoomy)}`),
        ]),
    '',
    ...legend(total, isRoomy)
      .flatMap((one) => wrap(one, columns))
      .map(faint),
  ];
}

function headline({ exchange, from, to, sessions, by }: OutcomesAnswer): string {
  const span = from === to ? `${from}` : `${from} to ${to}`;
  return `Outcomes by ${by}, ${exchange ?? 'all exchanges'}, ${sessions} session${sessions === 1 ? '' : 's'} (${span})`;
}

function keyWords(key: string, by: OutcomesAnswer['by']): string {
  if (by === 'horizon' && key !== 'close') return `${key} min`;
  if (by === 'confidence' && key !== 'HOLD' && key !== 'all')
    return `${Math.round(Number(key) * 100)} to ${Math.round(Number(key) * 100) + 10} %`;
  return key;
}

function accuracyWords(one: Statistics, isRoomy: boolean): string {
  const counts = `${pad(one.answers, 7)}  ${pad(one.judged, 6)}`;
  if (one.accuracy === null) return `${counts}  ${faint('    -  nothing judged')}`;
  const claimed = one.mean_confidence ?? 0;
  const shares = `${percent(one.accuracy)}  ${interval(one.accuracy_low, one.accuracy_high)}  ${percent(claimed)}`;
  if (!isRoomy) return `${counts}  ${shares}  ${verdict(one, claimed, isRoomy)}`;
  return `${counts}  ${shares}  ${bar(one.accuracy, claimed)}  ${verdict(one, claimed, isRoomy)}`;
}

/** What was right as a bar, and where the claim stands in it. */
function bar(accuracy: number, claimed: number): string {
  const cells = [...shareBar(accuracy, BAR)];
  const at = Math.min(BAR - 1, Math.floor(claimed * BAR));
  cells[at] = '┃';
  return cells.join('');
}

function verdict(
  { independent, accuracy, accuracy_low, accuracy_high }: Statistics,
  claimed: number,
  isRoomy: boolean,
): string {
  if (independent < TOO_FEW)
    return warns(isRoomy ? `too few (${independent} apart, ${TOO_FEW} say something)` : 'too few');
  const apart = `${(accuracy ?? 0) - claimed >= 0 ? '+' : ''}${(((accuracy ?? 0) - claimed) * 100).toFixed(1)}`;
  if (!isRoomy) {
    if ((accuracy_high ?? 1) < claimed) return falls(`${apart}, less`);
    return (accuracy_low ?? 0) > claimed ? rises(`${apart}, more`) : `${apart}, chance`;
  }
  const points = `${apart} points`;
  if ((accuracy_high ?? 1) < claimed) return falls(`${points}, less than claimed`);
  if ((accuracy_low ?? 0) > claimed) return rises(`${points}, more than claimed`);
  return `${points}, as claimed within chance`;
}

function tradeWords(one: Statistics, isRoomy: boolean): string {
  const share =
    one.win_rate === null
      ? '    -              '
      : `${percent(one.win_rate)}  ${interval(one.win_rate_low, one.win_rate_high)}`;
  const shown = [one.pnl_rupees, one.drawdown_rupees, ...(isRoomy ? [one.claimed_pnl_rupees] : [])];
  const money = shown.map((value) => rupees(value).padStart(9));
  const few = one.trades < TOO_FEW ? `  ${warns(isRoomy ? 'too few' : 'few')}` : '';
  const out = isRoomy ? `  ${leftOut(one)}` : '';
  return `${pad(one.trades, 7)}  ${share}  ${(one.payoff?.toFixed(2) ?? '-').padStart(6)}  ${money.join('  ')}${out}${few}`;
}

function leftOut(one: Statistics): string {
  const parts = [
    [one.inverted_trades, 'inverted'],
    [one.unmarked_trades, 'unmarked'],
    [one.manual_trades, 'manual'],
    [one.open_trades, 'open'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return said.join(', ') || '-';
}

function tradesSeen(one: Statistics): number {
  return one.trades + one.inverted_trades + one.unmarked_trades + one.manual_trades + one.open_trades;
}

function legend(total: Statistics, isRoomy: boolean): string[] {
  const corrected =
    total.corrections === 0
      ? []
      : [`${total.corrections} results were put right by late data or late reports.`];
  return [
    'right: BUY and SELL that named the direction; claimed: their mean confidence' +
      `${isRoomy ? ', ┃ in the bar' : ''}. Intervals count stretches ` +
      'that do not overlap, not answers. Trades are re-marked from recorded prices; only those that followed the answer count.',
    ...corrected,
    ...(isRoomy ? [] : ['120 columns or --json show more: what reports claimed, and what was not counted.']),
  ];
}

function interval(low: number | null, high: number | null): string {
  return `${percent(low ?? 0)}-${percent(high ?? 1)
    .trimStart()
    .padEnd(6)}`
    .replace(/ %/, '')
    .padEnd(12);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1).padStart(5)} %`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width);
}

/** Whole rupees with the thousands parted. Example: `-12,500`. */
function rupees(value: number): string {
  return Math.round(value).toLocaleString('en-IN');
}
