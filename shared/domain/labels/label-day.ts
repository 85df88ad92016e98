import { ladderSidesOn, strikeStepOn } from '../market/contract.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { sessionDate, utcIso } from '../market/indian-time.ts';
import { atTheMoney } from './at-the-money.ts';
import { type ChainPoint, contractSeries } from './contract-series.ts';
import { forwardReturns } from './forward-returns.ts';
import {
  BARRIER_LABELS,
  type BarrierLabel,
  HORIZON_LABELS,
  HORIZONS,
  type HorizonLabel,
  type LabelRow,
} from './label-row.ts';
import { ladderOf, oiChange } from './oi-change.ts';
import { tradeTerms } from './paper-trade.ts';
import { type PricePoint, rowsAhead, type SessionMinutes, sessionMinutes } from './session-minutes.ts';
import { sessionTargets } from './session-target.ts';
import { type Target, trackerTargets } from './tracker-target.ts';
import { sampleUniqueness } from './uniqueness.ts';

/** The label set that this code makes (catalogue.ts): its id never changes meaning. */
export const LABEL_SET_ID = 'chain-labels-v2';

export interface LabelInput extends PricePoint, ChainPoint {
  readonly uid: string;
}

type Cells = readonly (number | null)[];

/**
 * Labels the rows of one session (one a minute, by rising time), one label row per input row in the same order.
 * Everything is by the clock, and nothing looks beyond the end of trading as the calendar has it: rows out of session
 * and the days of a holiday have no labels. Labels on the spot rest on no minute in which the index stands still
 * (`spotPauseOn`); where the costs of the date are unknown (`unknownCosts`), profit and loss is null. Throws RangeError when the rows are not of one session, or not one a minute
 * by rising time, NotFound for a date that the rules do not know. Empty input gives no rows.
 */
export function labelDay(rows: readonly LabelInput[], rules: ExchangeRules): LabelRow[] {
  if (rows.length === 0) return [];
  const session = sessionMinutes(rows, rules);
  const ahead = horizonColumns(rows, session, rules);
  const barriers = withUniqueness(trackerTargets(session), session);
  const sessionBarriers = withUniqueness(sessionTargets(session), session);
  return rows.map(({ uid, timestampMs }, row) => {
    const label: Record<string, unknown> = { uid, timestamp: utcIso(timestampMs) };
    for (const [name, cells] of ahead) label[name] = cells[row]!;
    for (const name of BARRIER_LABELS) label[name] = barriers[row]![name];
    for (const name of BARRIER_LABELS) label[`session_${name}`] = sessionBarriers[row]![name];
    return label as unknown as LabelRow;
  });
}

/** Every column that exists per horizon, by name, in file order. */
function horizonColumns(
  rows: readonly LabelInput[],
  session: SessionMinutes,
  rules: ExchangeRules,
): [string, Cells][] {
  const date = sessionDate(rows[0]!.timestampMs);
  const contractAt = contractSeries(rows);
  const option = atTheMoney(rows, contractAt, session, tradeTerms(date, rules));
  const [callAhead, putAhead] = [option('CE'), option('PE')];
  const shape = { sides: ladderSidesOn(date, rules), step: strikeStepOn(date, rules) };
  const ladders = rows.map((row) => ladderOf(row, contractAt, shape));
  return HORIZONS.flatMap((horizon) => {
    const ahead = rowsAhead(session, horizon);
    const spotAhead = rowsAhead(session, horizon, session.spotLastMinutes);
    const { returns, directions } = forwardReturns(session.prices, spotAhead);
    const oi = ladders.map((ladder, row) => oiChange(session, row, horizon, ladder, shape));
    const [call, put] = [callAhead(ahead), putAhead(ahead)];
    const columns: Record<HorizonLabel, Cells> = {
      return: returns,
      direction: directions,
      oi_change_ce: oi.map(({ ce }) => ce),
      oi_change_pe: oi.map(({ pe }) => pe),
      ltp_change_atm_ce: call.ltpChange,
      ltp_change_atm_pe: put.ltpChange,
      straddle_pnl: call.pnl.map((pnl, row) => sumOrNull(pnl, put.pnl[row]!)),
      call_pnl: call.pnl,
      put_pnl: put.pnl,
    };
    return HORIZON_LABELS.map((name): [string, Cells] => [`${name}_${horizon}`, columns[name]]);
  });
}

function sumOrNull(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** Adds how much of each target is its own among the targets of the session. */
function withUniqueness(targets: readonly Target[], { timestampsMs }: SessionMinutes): BarrierLabel[] {
  const labelled = targets.flatMap(({ target }, row) => (target === null ? [] : [row]));
  const weights = sampleUniqueness(
    labelled.map((row) => timestampsMs[row]!),
    labelled.map((row) => targets[row]!.minutes_to_hit!),
  );
  const uniqueness = new Map(labelled.map((row, at) => [row, weights[at]!]));
  return targets.map((target, row) => ({ ...target, uniqueness: uniqueness.get(row) ?? null }));
}
