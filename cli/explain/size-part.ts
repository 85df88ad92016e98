import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { falls, rises, strong } from '../ink.ts';
import { flagWords } from './flag-words.ts';
import { percent } from './number-words.ts';

/** What may be done with the answer: its size, and each rule that speaks against it in words. */
export function sizePart(one: Recommendation): string[] {
  return [strong('What to do'), verdict(one), ...sizeLines(one), ...objections(one), ''];
}

function verdict({ execute, action, symbol, recommended_lots, hold_reason }: Recommendation): string {
  if (execute) return rises(`  Buy ${lots(recommended_lots)} of ${symbol}: every rule of risk agrees`);
  if (action === 'HOLD') {
    return hold_reason === null
      ? '  Nothing: neither direction stands out'
      : falls(`  Nothing: ${flagWords(hold_reason)}`);
  }
  return falls('  Nothing: the signal may not be executed');
}

function sizeLines({ action, kelly_full, kelly_fraction, symbol, execute }: Recommendation): string[] {
  if (action === 'HOLD') return [];
  return [
    `  Kelly ${percent(kelly_full)} of the capital in full, ${percent(kelly_fraction)} after fraction and cap`,
    ...(symbol === null || execute ? [] : [`  Its contract would be ${symbol}`]),
  ];
}

function objections({ risk_flags, hold_reason }: Recommendation): string[] {
  return risk_flags.filter((flag) => flag !== hold_reason).map((flag) => falls(`  - ${flagWords(flag)}`));
}

function lots(count: number): string {
  return count === 1 ? '1 lot' : `${count} lots`;
}
