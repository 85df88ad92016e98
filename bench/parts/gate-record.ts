import { BLOCKS, type GateMarket, ROWS_A_BLOCK } from './gate-market.ts';
import { type GateModel, gainOf, labelOf, placeOf, positionOf, signalOf } from './gate-model.ts';

/** What is added up of a model's days. A label's fifteen rows are alike, so each counts fifteen times where rows count. */
export interface DayTally {
  readonly gains: readonly number[];
  readonly dailyReturn: number;
  /** Of SELL and BUY: predicted, present, right. */
  readonly predicted: readonly [number, number];
  readonly present: readonly [number, number];
  readonly right: readonly [number, number];
  /** Right among the surest directions. */
  readonly surestRight: number;
  readonly surest: number;
  readonly brier: number;
  readonly logLoss: number;
  /** By regime, labels. */
  readonly regimeLabels: Uint8Array;
  /** [regimes x bins]: stated less come true, of the likeliest class. */
  readonly gaps: Float64Array;
}

export interface TallyShape {
  readonly bins: number;
  /** The surest directions of a day that are judged; a label has fifteen rows, so that one in fifteen labels is. */
  readonly surest: number;
}

export const REGIMES = 4;

/** A model's record on a market, day by day; `errors` are its own, one a label. */
export function recordDays(
  model: GateModel,
  market: GateMarket,
  errors: Float64Array,
  shape: TallyShape,
): DayTally[] {
  return Array.from({ length: market.days }, (_, day) => tally(model, market, errors, shape, day));
}

function tally(
  model: GateModel,
  market: GateMarket,
  errors: Float64Array,
  { bins, surest }: TallyShape,
  day: number,
): DayTally {
  const gains: number[] = [];
  const predicted: [number, number] = [0, 0];
  const present: [number, number] = [0, 0];
  const right: [number, number] = [0, 0];
  const regimeLabels = new Uint8Array(REGIMES);
  const gaps = new Float64Array(REGIMES * bins);
  const directions: { conviction: number; isRight: boolean }[] = [];
  let [brier, logLoss] = [0, 0];
  for (let at = day * BLOCKS; at < (day + 1) * BLOCKS; at += 1) {
    const signal = signalOf(model, market, at, errors[at]!);
    const label = labelOf(market, at);
    const place = placeOf(signal);
    const [sell, buy] = [model.sell[place]!, model.buy[place]!];
    const hold = 1 - sell - buy;
    const came = label === 0 ? hold : label > 0 ? buy : sell;
    brier += sell ** 2 + hold ** 2 + buy ** 2 - 2 * came + 1;
    logLoss -= Math.log(came);
    const likeliest = hold >= sell && hold >= buy ? 0 : sell >= buy ? -1 : 1;
    count(predicted, likeliest);
    count(present, label);
    if (likeliest === label) count(right, label);
    const stated = Math.max(sell, hold, buy);
    const regime = market.regimes[at]!;
    regimeLabels[regime]! += 1;
    gaps[regime * bins + Math.min(bins - 1, Math.floor(stated * bins))]! +=
      stated - (likeliest === label ? 1 : 0);
    directions.push({ conviction: Math.max(sell, buy), isRight: label === (sell > buy ? -1 : 1) });
    const position = positionOf(signal);
    if (position !== 0) gains.push(gainOf(market, at, position));
  }
  directions.sort((a, b) => b.conviction - a.conviction);
  const judged = directions.slice(0, surest);
  return {
    ...{ gains, predicted, present, right, brier, logLoss, regimeLabels, gaps },
    dailyReturn: gains.reduce((sum, gain) => sum + gain, 0),
    surestRight: judged.filter(({ isRight }) => isRight).length,
    surest: judged.length,
  };
}

function count(counts: [number, number], label: -1 | 0 | 1): void {
  if (label !== 0) counts[label < 0 ? 0 : 1] += 1;
}

/** Labels of days as rows. */
export function rowsOf(days: number): number {
  return days * BLOCKS * ROWS_A_BLOCK;
}
