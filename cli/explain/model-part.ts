import type { Thresholds } from '../../shared/domain/scoring/decide.ts';
import type { Driver, Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { shareBar, signedBar } from '../bars.ts';
import { faint, falls, rises, strong } from '../ink.ts';
import { featureWords, percent } from './number-words.ts';

const BAR = 30;
const PULL = 12;
/** On a terminal that is narrower than this bars and words are short. */
const ROOMY = 112;
const SHORT_PULL = 5;

/**
 * What the model said: the probability of each class beside the threshold it must reach, the regime, and the drivers.
 * Nothing for an answer without a model. Thresholds are null where the bundle cannot be read.
 */
export function modelPart(one: Recommendation, thresholds: Thresholds | null, width: number): string[] {
  if (one.probabilities === null) return [];
  return [
    strong('What the model says'),
    ...probabilityLines(one, thresholds),
    ...regimeLines(one),
    ...driverLines(one, width >= ROOMY),
    '',
  ];
}

function probabilityLines(
  { probabilities, action }: Recommendation,
  thresholds: Thresholds | null,
): string[] {
  if (probabilities === null) return [];
  const { sell, hold, buy } = probabilities;
  const needs = (name: string, at: number | undefined) =>
    at === undefined ? '' : faint(`  ${name} is named from ${percent(at)} on`);
  const line = (name: string, share: number, note: string) => {
    const text = `${name.padEnd(4)} ${percent(share).padStart(7)}  ${shareBar(share, BAR)}`;
    return `  ${name === action ? strong(text) : text}${note}`;
  };
  return [
    line('BUY', buy, needs('BUY', thresholds?.buy)),
    line('HOLD', hold, ''),
    line('SELL', sell, needs('SELL', thresholds?.sell)),
  ];
}

function regimeLines({ regime, regime_probabilities }: Recommendation): string[] {
  if (regime === null) return [];
  const others = regime_probabilities.flatMap((share, state) =>
    state === regime ? [] : [`${state} ${percent(share)}`],
  );
  const sure = percent(regime_probabilities[regime] ?? 0);
  const rest = others.length === 0 ? '' : faint(`  (regime ${others.join(', ')})`);
  return [`  Regime ${regime} at ${sure}; 0 is the calmest${rest}`];
}

function driverLines({ drivers, action }: Recommendation, isRoomy: boolean): string[] {
  if (drivers.length === 0) return [];
  const largest = Math.max(...drivers.map(({ shap }) => Math.abs(shap)));
  const estimated = drivers.some(({ method }) => method !== undefined);
  const name = Math.max(...drivers.map(({ feature }) => feature.length));
  return [
    '',
    strong(`What drove it`) + faint(`  ${estimated ? 'estimated' : 'exact'} Shapley values of ${action}`),
    ...drivers.map((driver) => driverLine(driver, largest, name, isRoomy)),
  ];
}

function driverLine(
  { feature, value, zscore, shap }: Driver,
  largest: number,
  name: number,
  isRoomy: boolean,
): string {
  const pull = `${signedBar(shap, largest, isRoomy ? PULL : SHORT_PULL)} ${shap >= 0 ? '+' : ''}${shap.toFixed(4)}`;
  const head = `  ${(shap >= 0 ? rises : falls)(pull)}  ${feature.padEnd(name)}`;
  return `${head}  ${featureWords(value).padStart(9)}  ${faint(unusual(zscore, isRoomy))}`.trimEnd();
}

/** How far a value lies from what the model learnt on. */
function unusual(zscore: number | null, isRoomy: boolean): string {
  if (zscore === null) return '';
  const far = Math.abs(zscore);
  const side = zscore >= 0 ? 'above' : 'below';
  if (!isRoomy) return far < 0.05 ? 'usual' : `${far.toFixed(1)} sd ${side}`;
  if (far < 0.05) return 'at its training mean';
  return `${far.toFixed(1)} deviations ${side} its training mean`;
}
