import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { afterwards } from '../../../cli/outcomes/afterwards.ts';
import { outcomesPage } from '../../../cli/outcomes/show.ts';
import { dayTally } from '../../../shared/domain/outcomes/day-tally.ts';
import {
  type OutcomesAnswer,
  type StatisticsBy,
  statisticsBy,
  statisticsTotal,
} from '../../../shared/domain/outcomes/statistics.ts';
import { aFollowedOutcome, aTradeMark } from '../../factories/outcome.ts';
import { aRecommendation } from '../../factories/recommendation.ts';

const DATE = '2025-12-04';

/** Answers every quarter of an hour of some days, of which the first `right` were right. */
function answer(by: StatisticsBy, days: number, right: number): OutcomesAnswer {
  const tallies = Array.from({ length: days }, (_, day) => {
    const date = `2025-12-${String(day + 1).padStart(2, '0')}`;
    const outcomes = Array.from({ length: 20 }, (_, span) => {
      const timestamp = `${date}T${String(9 + Math.floor(span / 4)).padStart(2, '0')}:${String((span % 4) * 15).padStart(2, '0')}:00+05:30`;
      return aFollowedOutcome(aRecommendation({ timestamp }), { correct: day * 20 + span < right });
    });
    return dayTally(
      'NSE',
      date,
      outcomes,
      day === 0 ? [aTradeMark(), aTradeMark({ trade_id: 'I', exposure_inverted: true, counts: false })] : [],
    );
  });
  const groups = statisticsBy(tallies, by);
  return {
    exchange: null,
    by,
    from: '2025-12-01',
    to: DATE,
    sessions: days,
    groups,
    total: statisticsTotal(tallies),
  };
}
const page = (shown: OutcomesAnswer, columns = 120) =>
  outcomesPage(shown, columns).map((line) => stripVTControlCharacters(line));

describe('the page of outcomes', () => {
  it('says when there is none yet, and what will bring them', () => {
    const none = { ...answer('model', 0, 0), from: null, to: null };
    expect(page(none)).toEqual([expect.stringContaining('no outcomes yet')]);
  });

  it('keeps within 80 columns, without bars', () => {
    for (const shown of [answer('exchange', 1, 10), answer('exchange', 10, 40), answer('horizon', 10, 180)]) {
      const lines = page(shown, 80);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(lines.slice(0, 5).join('')).not.toContain('┃');
    }
    const told = (right: number) => page(answer('exchange', 10, right), 80).find((line) => /^NSE/.test(line));
    expect([told(40), told(120), told(180)]).toEqual([
      expect.stringMatching(/-40\.0, less$/),
      expect.stringMatching(/0\.0, chance$/),
      expect.stringMatching(/\+30\.0, more$/),
    ]);
  });

  it('sets what was right beside what was claimed, and says too few where it is', () => {
    const few = page(answer('exchange', 1, 10)).find((line) => line.startsWith('NSE'));
    expect(few).toMatch(/^NSE +20 +20 +50\.0 % .* 60\.0 % .*too few|as claimed within chance/);
    const sure = page(answer('exchange', 10, 40)).find((line) => line.startsWith('NSE'));
    expect(sure).toContain('less than claimed');
    expect(page(answer('exchange', 10, 180)).find((line) => line.startsWith('NSE'))).toContain(
      'more than claimed',
    );
  });

  it('shows trades that count, and how many do not and why', () => {
    const lines = page(answer('model', 1, 10));
    const traded = lines.filter((line) => line.includes('inverted'));
    expect(traded).toHaveLength(2);
    expect(traded[0]).toMatch(/ 1 +100\.0 % .* 1,500 +0 +2,250 +1 inverted +too few$/);
  });

  it('keeps its columns under their heads in every grouping', () => {
    for (const by of ['exchange', 'regime', 'confidence', 'model', 'horizon'] as const) {
      const lines = page(answer(by, 4, 37));
      const head = lines.find((line) => line.includes('answers'))!;
      const rows = lines.slice(lines.indexOf(head) + 1, lines.indexOf('', lines.indexOf(head)));
      for (const row of rows) {
        expect(row.slice(0, head.indexOf('judged') + 6)).toMatch(/ +\d+ +\d+$/);
        expect(row.indexOf('┃')).toBeGreaterThanOrEqual(head.indexOf('apart') - 12);
        expect(row.indexOf('┃')).toBeLessThan(head.indexOf('apart'));
      }
    }
    expect(page(answer('confidence', 4, 37)).some((line) => line.startsWith('60 to 70 %'))).toBe(true);
    expect(page(answer('horizon', 4, 37)).some((line) => line.startsWith('15 min'))).toBe(true);
  });
});

describe('what became of one answer', () => {
  it('is told a line each: mark beside claim, every horizon, corrections, feedback', () => {
    const one = aRecommendation();
    const earlier = { ...aFollowedOutcome(one), horizons: [], replaced_at: '2025-12-04T11:00:00.000Z' };
    const outcome = aFollowedOutcome(one, { earlier: [earlier], corrections: 1 });
    const said = {
      label: -1,
      note: 'gap',
      by: 'operator/asha',
      recorded_at: '2025-12-04T12:00:00.000Z',
    } as const;
    const feedback = [{ ...said, recommendation_id: one.id, leaf_hash: 'a'.repeat(64) }];
    const lines = afterwards({ marks: [aTradeMark()], outcomes: [outcome], feedback });
    expect(lines[0]).toBe(
      'marked T-1 closed: +1500 rupees by the prices of NSE_MONTHLY, claimed +2250 rupees, apart by +750 rupees',
    );
    expect(lines[1]).toBe('outcome after 15 minutes: moved 30.000 %, as it said');
    expect(lines.filter((line) => line.startsWith('  a'))).toHaveLength(4);
    expect(lines.at(-2)).toContain('put right at 2025-12-04T11:00:00.000Z');
    expect(lines.at(-1)).toBe('feedback down by operator/asha at 2025-12-04T12:00:00.000Z: gap');
  });
});
