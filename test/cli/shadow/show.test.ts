import { describe, expect, it } from 'vitest';
import { openOutput } from '../../../cli/output.ts';
import { type Shadow, showShadows } from '../../../cli/shadow/show.ts';
import { shadowPolicy } from '../../../shared/config/shadow.ts';
import { shadowVerdict } from '../../../shared/domain/outcomes/shadow-verdict.ts';
import { aChallenger, aShadowSession, LIVE } from '../../factories/shadow.ts';

function shown(shadows: readonly Shadow[]): string {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) } as unknown as typeof process.stdout;
  showShadows(shadows, openOutput(false, stream, stream as unknown as typeof process.stderr));
  return lines.join('');
}

function aShadow(differences: readonly number[], changes: Partial<Shadow> = {}): Shadow {
  const sessions = differences.map((one, at) => aShadowSession(`2026-01-${String(at + 10)}`, one));
  return {
    ...{ exchange: 'NSE', target: 'tb15', challenger: aChallenger(), live_version: LIVE, changes: [] },
    verdict: shadowVerdict(sessions, shadowPolicy()),
    ...changes,
  };
}

describe('./oi shadow', () => {
  it('says how to set one while there is none', () => {
    expect(shown([aShadow([], { challenger: null, verdict: null })])).toBe(
      'no challenger; set one with ./oi shadow set EXCHANGE VERSION --operator NAME --reason TEXT\n',
    );
  });

  it('shows what the sessions say, who set it and why, and how to read it', () => {
    const text = shown([aShadow([2, -1]), aShadow([], { exchange: 'BSE', challenger: null, verdict: null })]);
    const [head, , row] = text.split('\n');
    expect(head).toMatch(
      /^exchange +challenger +live +sessions +agree +hits \(live\) +difference in bps +e better \/ worse +decision$/,
    );
    expect(row).toMatch(
      /^NSE +2025-12-04-cccccccc +2025-12-03-aaaaaaaa +2 +88\.2 % +60\.0 % \(50\.0 %\) +\+0\.50 in -4\.\d\d \.\. \+4\.\d\d +1\.\d\d \/ 0\.\d+ +no decision yet$/,
    );
    expect(text).toContain(
      'NSE: since 2025-12-04T03:30:00.000Z by asha: looks better on paper; answered 698 of 700, 2 faults\n',
    );
    expect(text).toContain('clipped at 5 bps, costs taken off. An e-value of 20 decides');
    expect(text).not.toContain('BSE');
  });

  it('shows a decision with its day, and a large e-value short', () => {
    const text = shown([aShadow(Array<number>(20).fill(5))]);
    expect(text).toMatch(
      / \+5\.00 in \+2\.\d\d \.\. \+5\.00 +\d\.\de\+\d \/ .* challenger better at 5 % \(2026-01-17\)/,
    );
  });

  it('says that a challenger was stopped, and that nothing is live to compare with', () => {
    const stopped = aChallenger({ stopped_at: '2025-12-04T10:00:00.000Z', reason: 'decided' });
    const text = shown([aShadow([], { challenger: stopped, live_version: null, verdict: null })]);
    expect(text).toMatch(/2025-12-04-cccccccc \(stopped\) +none +- .* nothing to compare with/);
    expect(text).toContain('NSE: stopped 2025-12-04T10:00:00.000Z by asha: decided\n');
  });
});
