import type { Recommendation, RiskSeen } from '../../shared/domain/scoring/recommendation.ts';
import { falls, strong, warns } from '../ink.ts';
import { percent, rupees, signedRupees } from './number-words.ts';

/** What the rules of risk saw of the account when the answer was given; nothing of answers older than the rules. */
export function accountPart({ risk }: Pick<Recommendation, 'risk'>): string[] {
  if (risk === null) return [];
  return [
    strong('What the rules saw'),
    resultLine(risk),
    positionLine(risk),
    ...proposalLines(risk),
    ...volatilityLines(risk),
    ...recordLines(risk),
    ...blockLines(risk),
    '',
  ];
}

function resultLine({
  daily_return,
  account_daily_return,
  consecutive_losses,
  account_drawdown,
}: RiskSeen): string {
  const lost = consecutive_losses === 0 ? '' : `; ${consecutive_losses} lost in a row`;
  return `  Today ${percent(daily_return)} here and ${percent(account_daily_return)} in all, ${percent(account_drawdown)} below the day's best${lost}`;
}

function positionLine({
  open_positions,
  account_open_positions,
  account_exposure_rupees,
  account_delta_rupees,
}: RiskSeen): string {
  const bound = `${rupees(account_exposure_rupees)} rupees bound`;
  return `  Open ${open_positions} here, ${account_open_positions} in all: ${bound}, ${signedRupees(account_delta_rupees)} for 1 % up`;
}

function proposalLines({ proposal }: RiskSeen): string[] {
  if (proposal === null) return [];
  const { delta, units, delta_rupees, exposure_rupees } = proposal;
  const each = delta === null ? 'of unknown delta' : `of delta ${delta.toFixed(2)}`;
  return [
    `  This one adds ${units} units ${each}: ${rupees(exposure_rupees)} rupees bound, ${signedRupees(delta_rupees)} for 1 % up`,
  ];
}

function volatilityLines({ volatility: { source, forecast, target, scale } }: RiskSeen): string[] {
  if (forecast === null) return ['  Volatility is not known: nothing was scaled'];
  const scaled = scale === 1 ? 'the size stays' : `the size is scaled to ${percent(scale)}`;
  return [`  Volatility ${percent(forecast)} a year (${source}), ${percent(target)} are aimed at: ${scaled}`];
}

function recordLines({ live_record }: RiskSeen): string[] {
  if (live_record === null) return [];
  const { model_version, trades, win_rate } = live_record;
  const won = win_rate === null ? '' : `, ${percent(win_rate)} won`;
  return [`  Live, ${model_version} had ${trades} trades${won}`];
}

function blockLines({ halt, drift_block }: RiskSeen): string[] {
  return [
    ...(halt === null ? [] : [falls(`  Halted by ${halt.by} (${halt.scope}): ${halt.reason}`)]),
    ...(drift_block === null ? [] : [warns(`  Blocked for drift: ${drift_block.why}`)]),
  ];
}
