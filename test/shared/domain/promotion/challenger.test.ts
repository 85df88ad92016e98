import { describe, expect, it } from 'vitest';
import {
  challengerSchema,
  challengerSpans,
  planChallenger,
  planStop,
} from '../../../../shared/domain/promotion/challenger.ts';
import { aModelVersion } from '../../../factories/registry.ts';
import { aChallenger } from '../../../factories/shadow.ts';

const asked = { operator: 'ravi', reason: 'try it', now: '2025-12-05T10:00:00.000Z' };
const candidate = aModelVersion({ version: 'v2' });

describe('a challenger', () => {
  it('is set whatever its verdict, with who, when and why', () => {
    const set = planChallenger(
      undefined,
      { ...candidate, verdict_pass: false, exploratory: true },
      'v1',
      asked,
    );
    expect(challengerSchema.parse(set)).toEqual({
      ...{ exchange: 'NSE', target: 'tb15', version: 'v2', stopped_at: null, revision: 1 },
      ...{ bundle_hash: candidate.bundle_hash, bundle_prefix: candidate.bundle_prefix },
      ...{ since: asked.now, operator: 'ravi', reason: 'try it' },
    });
  });

  it('takes the place of another, or of itself once stopped', () => {
    expect(planChallenger(aChallenger(), candidate, null, asked)).toMatchObject({
      version: 'v2',
      revision: 2,
    });
    const stopped = aChallenger({ version: 'v2', stopped_at: '2025-12-04T10:00:00.000Z', revision: 4 });
    expect(planChallenger(stopped, candidate, null, asked)).toMatchObject({ stopped_at: null, revision: 5 });
  });

  it.each([
    ['live', undefined, 'v2', /version: expected one beside the live one, was v2, which is live/],
    [
      'the challenger',
      aChallenger({ version: 'v2' }),
      'v1',
      /version: expected another one, was v2, .* since/,
    ],
  ])('is refused when it is %s already', (_word, current, live, message) => {
    expect(() => planChallenger(current, candidate, live, asked)).toThrow(message);
  });

  it('is stopped once', () => {
    const stopped = planStop(aChallenger(), asked);
    expect(stopped).toMatchObject({ stopped_at: asked.now, operator: 'ravi', revision: 2 });
    for (const none of [undefined, stopped]) {
      expect(() => planStop(none, asked)).toThrow(
        'exchange: expected one with a challenger, was one without',
      );
    }
  });
});

describe('the stretches of challengers', () => {
  const at = (hour: number) => `2025-12-04T${String(hour).padStart(2, '0')}:00:00.000Z`;
  const set = (version: string, hour: number) => aChallenger({ version, since: at(hour) });
  const spans = (...changes: ReturnType<typeof aChallenger>[]) =>
    challengerSpans(changes).map(({ version, fromMs, toMs }) => [
      version,
      new Date(fromMs).getUTCHours(),
      toMs === null ? null : new Date(toMs).getUTCHours(),
    ]);

  it('end with a stop or with the next one, and the last not at all', () => {
    expect(spans()).toEqual([]);
    expect(spans(set('a', 4), { ...set('a', 4), stopped_at: at(6) }, set('b', 7), set('c', 9))).toEqual([
      ['a', 4, 6],
      ['b', 7, 9],
      ['c', 9, null],
    ]);
  });
});
