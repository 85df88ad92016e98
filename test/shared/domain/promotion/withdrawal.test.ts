import { describe, expect, it } from 'vitest';
import { liveAt } from '../../../../shared/domain/promotion/live-at.ts';
import { nextPointer } from '../../../../shared/domain/promotion/plan.ts';
import { planPromotion } from '../../../../shared/domain/promotion/plan-promotion.ts';
import { planWithdrawal } from '../../../../shared/domain/promotion/plan-withdrawal.ts';
import { historyRowSchema } from '../../../../shared/domain/promotion/registry.ts';
import { request, versionRow } from './registry-case.ts';

const a = versionRow('a', { status: 'live' });
const asked = {
  operator: ' asha ',
  reason: 'confirmation failed',
  now: '2026-03-02T12:01:00.000Z',
  execution: 'promotion:1',
};
const pointer = nextPointer(null, a, '2026-03-02T12:00:00.000Z');

describe('planWithdrawal', () => {
  it('takes the pointer away, retires its version and says so in the history', () => {
    const { change } = planWithdrawal({ ...asked, pointer, live: a });
    expect(change.pointer).toBeUndefined();
    expect(change.withdrawn).toBe(pointer);
    expect(change.versions).toEqual([{ ...a, status: 'retired', revision: a.revision + 1 }]);
    expect(historyRowSchema.parse(change.history)).toMatchObject({
      event: 'withdrawn',
      from_version: a.version,
      to_version: null,
      operator: 'asha',
      reason: 'confirmation failed',
      execution: 'promotion:1',
      pointer_revision: pointer.revision + 1,
    });
  });

  it('has nothing to take away while nothing is live', () => {
    expect(() => planWithdrawal({ ...asked, pointer: null, live: null })).toThrow('expected a live version');
  });

  it('leaves nothing live, until a promotion that is a first one again', () => {
    const first = planPromotion(request(a, null, { now: '2026-03-02T12:00:00.000Z' })).change.history;
    const withdrawn = planWithdrawal({ ...asked, pointer, live: a }).change.history;
    const again = planPromotion(request(a, null, { now: '2026-03-02T12:02:00.000Z' })).change.history;
    const history = [again, withdrawn, first];
    expect(again.pointer_revision).toBe(1);
    expect(liveAt(history, '2026-03-02T12:00:30.000Z')).toBe(a.version);
    expect(liveAt(history, '2026-03-02T12:01:30.000Z')).toBeNull();
    expect(liveAt(history, '2026-03-02T12:02:30.000Z')).toBe(a.version);
  });

  it('within one millisecond counts in its place, though revisions start anew after it', () => {
    const now = '2026-03-02T12:00:00.000Z';
    const first = planPromotion(request(a, null, { now })).change.history;
    const withdrawn = planWithdrawal({ ...asked, now, pointer, live: a }).change.history;
    const b = versionRow('b');
    const again = planPromotion(request(b, null, { now })).change.history;
    expect([first, withdrawn, again].map((row) => row.pointer_revision)).toEqual([1, 2, 1]);
    expect(liveAt([first, withdrawn, again], now)).toBe(b.version);
    expect(liveAt([first, withdrawn], now)).toBeNull();
  });
});
