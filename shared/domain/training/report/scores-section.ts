import { counted } from '../../market/counted.ts';
import { CLASSES } from '../classes.ts';
import type { Section, Table } from './page.ts';
import type { JudgedModel, Score } from './scores.ts';

const DECIMALS = 4;

export interface FoldDates {
  readonly fold: number;
  readonly judged_from: string;
  readonly judged_to: string;
}

/** What the columns mean, for somebody who has not met them. */
function readingHelp(topK: number): string {
  return (
    `Classes ${CLASSES.join(', ')}, one row a minute, probabilities of models that had not seen it. Log-loss: lower is better, and ` +
    'base, that of always stating the base rates, is what there is to beat. Brier: mean squared error of the three ' +
    'probabilities, lower is better. ECE: how far stated probabilities are from what came true, 0 is right. ' +
    `Precision@${topK}: share right among the ${topK} surest directions of each session, as the gate counts it. ` +
    'F1: mean over the classes, 1 is best. AUC: one class against the others, 0.5 says nothing, 1 is perfect; direction: BUY ' +
    'against SELL among the rows that moved, without what is known of how much they move. Regimes are numbered from calm, ' +
    'regime 0, to wild.'
  );
}

/** The numbers of one model, then of its folds and regimes. `beforehand` are more lines of its own. */
export function scoresSection(
  title: string,
  scores: readonly Score[],
  folds: readonly FoldDates[],
  topK: number,
  beforehand: readonly (readonly [string, Score])[] = [],
): Section {
  const lines = scores
    .filter(({ rows_judged }) => rows_judged !== 'fold and regime')
    .map((score) => lineOf(nameOf(score, folds), score));
  const [all, ...others] = lines;
  const more = beforehand.map(([name, score]) => lineOf(name, score));
  return {
    title,
    says: readingHelp(topK),
    table: tableOf('rows judged', topK, [...(all ? [all] : []), ...more, ...others]),
    charts: [],
  };
}

/** The models of a run side by side, the first the candidate itself. */
export function modelsSection(
  models: readonly JudgedModel[],
  scores: readonly Score[],
  topK: number,
): Section[] {
  if (models.length < 2) return [];
  const rows = models.flatMap((model) => {
    const own = scores.filter((score) => score.model === model.name);
    const heldOut = own.find(({ rows_judged }) => rows_judged === 'held out');
    const all = own.find(({ rows_judged }) => rows_judged === 'all') as Score;
    const net = model.netUtility === null ? null : model.netUtility * 10_000;
    const line = (name: string, score: Score, ofTrades: number | null) => [
      ...lineOf(name, score),
      ...[model.features, ofTrades],
    ];
    return [
      line(model.name, all, net),
      ...(heldOut === undefined ? [] : [line(`${model.name}, held-out sessions`, heldOut, null)]),
    ];
  });
  const { head } = tableOf('model', topK, []);
  return [
    {
      title: 'The models of this run side by side',
      says:
        `${counted(models.length, 'model')} of this run, judged on the same out-of-fold rows; a family is here with its best ` +
        'configuration. Net: what a trade of its own thresholds brought on average after costs, out of fold, in ' +
        'basis points of the underlying.',
      table: { head: [...head, 'features', 'net'], rows, decimals: DECIMALS },
      charts: [],
    },
  ];
}

function tableOf(first: string, topK: number, rows: Table['rows']): Table {
  const head = [
    first,
    'rows',
    'log-loss',
    'base',
    'Brier',
    'ECE',
    `Precision@${topK}`,
    'F1',
    'AUC sell',
    'AUC buy',
    'direction',
  ];
  return { head, rows, decimals: DECIMALS };
}

function lineOf(name: string, score: Score): (string | number | null)[] {
  const { rows, log_loss, base_log_loss, brier, ece, precision_at_top_k, macro_f1, auc } = score;
  const areas = [auc.sell, auc.buy, score.auc_direction];
  return [name, rows, log_loss, base_log_loss, brier, ece, precision_at_top_k, macro_f1, ...areas];
}

function nameOf({ rows_judged, fold, regime }: Score, folds: readonly FoldDates[]): string {
  if (rows_judged === 'all') return 'out of fold';
  if (rows_judged === 'held out') return 'held-out sessions';
  if (rows_judged === 'regime') return `regime ${regime}`;
  const dates = folds.find((one) => one.fold === fold);
  return dates === undefined ? `fold ${fold}` : foldName(dates);
}

/** A fold with the sessions that it judged. Example: `fold 2: 2026-02-04 to 2026-02-05`. */
export function foldName({ fold, judged_from, judged_to }: FoldDates): string {
  return `fold ${fold}: ${judged_from === judged_to ? judged_from : `${judged_from} to ${judged_to}`}`;
}
