import { describe, expect, it } from 'vitest';
import { showList } from '../../../cli/explain/list.ts';
import { openOutput } from '../../../cli/output.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { aRecommendation } from '../../factories/recommendation.ts';

function shown(recommendations: readonly Recommendation[], width = 120): string[] {
  const said: string[] = [];
  const listening = { write: (text: string) => said.push(text) > 0 } as unknown;
  const output = openOutput(false, listening as typeof process.stdout, listening as typeof process.stderr);
  showList(recommendations, output, width);
  return said.join('').trimEnd().split('\n');
}

const HOLD = aRecommendation({
  action: 'HOLD',
  execute: false,
  recommended_lots: 0,
  exchange: 'BSE',
  rationale: 'HOLD because neither stands out.',
});

describe('the list of answers', () => {
  it('says the day and what the answers were in sum', () => {
    expect(shown([HOLD, aRecommendation()])[0]).toBe(
      'Thu, 4 Dec 2025 (Indian time), the 2 newest answers: 1 BUY, 0 SELL, 1 HOLD; 1 to be executed',
    );
  });

  it('has a line for each, with what forbids it', () => {
    const refused = aRecommendation({ execute: false, risk_flags: ['no_lots', 'no_edge'] });
    const [, , , , hold, not, yes] = shown([HOLD, refused, aRecommendation()]);
    expect(hold).toMatch(/^12:35:00 +BSE +HOLD +0 +no +01/);
    expect(not).toMatch(/^12:35:00 +NSE +BUY +60\.0 % +2 +no_lots +01.* BUY at 60 %\.$/);
    expect(yes).toMatch(/ yes +01/);
  });

  it('keeps within the terminal, without reasons where there is no room for them', () => {
    const rationale = `BUY at 60.0 % against SELL at 20.0 %, driven by ${'pcr_total_oi, '.repeat(9)}; not to be executed because ${'the lower bound shows no edge '.repeat(4)}.`;
    const refused = aRecommendation({ execute: false, risk_flags: ['no_edge'], rationale });
    for (const width of [80, 100, 126, 160, 200]) {
      const lines = shown([HOLD, refused, aRecommendation()], width);
      expect(Math.max(...lines.map((line) => line.length)), `${width}`).toBeLessThanOrEqual(width);
      expect(lines.join('\n').includes(' why'), `${width}`).toBe(width > 117);
      expect(lines.join('\n').includes(' not to be executed because '), `${width}`).toBe(width > 117);
    }
  });

  it('names each model once', () => {
    expect(shown([HOLD, aRecommendation(), aRecommendation()], 200).at(-1)).toBe(
      'answered by 2025-12-03-aaaaaaaa (BSE), 2025-12-03-aaaaaaaa (NSE); ./oi explain ID tells one of them',
    );
  });

  it('says when there are none', () => expect(shown([])[0]).toMatch(/^no recommendations yet/));
});
