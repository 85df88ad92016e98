import { describe, expect, it } from 'vitest';
import { hintAudit } from '../../../functions/score/hint-audit.ts';
import { recordAnswer } from '../../../functions/score/record-answer.ts';
import { offerShadow } from '../../../functions/score/shadow-offer.ts';
import { leafHash } from '../../../shared/domain/audit/leaf-hash.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import type { MessageQueue } from '../../../shared/ports/message-queue.ts';
import type { RecommendationStore } from '../../../shared/ports/recommendation-store.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { aFeatureRow } from '../../factories/rows.ts';
import { aChallenger } from '../../factories/shadow.ts';

const answer = aRecommendation();
const row = aFeatureRow(5);
const fine: MessageQueue = { sendAll: async () => undefined };
const busy: MessageQueue = { sendAll: () => Promise.reject(new Error('the queue is busy')) };
const silent: MessageQueue = { sendAll: () => new Promise(() => undefined) };

/** Recording with a challenger's queue that behaves as it is told. */
function recording(toShadow: MessageQueue, challenger = async () => aChallenger(), toAudit = fine) {
  const stored: Recommendation[] = [];
  const faults: string[] = [];
  const add = async (one: Recommendation) => {
    const before = stored.find(({ id }) => id === one.id);
    if (before === undefined) stored.push(one);
    return before;
  };
  const offer = offerShadow({
    ...{ shadows: { challenger }, toShadow, stopwatchMs: () => 0 },
    onFault: ({ message }) => faults.push(message),
  });
  const unsent: string[] = [];
  const onUnsent = ({ message }: Error) => void unsent.push(message);
  const hint = hintAudit({ toAudit, stopwatchMs: () => 0, onUnsent });
  const record = recordAnswer({ store: { add } as unknown as RecommendationStore, hint, offer });
  return { record, stored, faults, unsent };
}

describe('what goes wrong beside an answer', () => {
  it.each([
    ['the queue fails', recording(busy), ['the queue is busy']],
    ['the queue hangs', recording(silent), []],
    [
      'nobody knows the challenger',
      recording(fine, () => Promise.reject(new Error('no table'))),
      ['no table'],
    ],
    ['the challenger is never found', recording(fine, () => new Promise(() => undefined)), []],
  ])('does not touch it: %s', async (_word, { record, stored, faults }, told) => {
    expect(await record(answer, row)).toBe(answer);
    expect(stored).toEqual([answer]);
    expect(faults).toEqual(told);
  });

  it('is looked up again after a failure', async () => {
    const answers = [() => Promise.reject(new Error('no table')), async () => aChallenger()];
    const sent: unknown[] = [];
    const toShadow = { sendAll: async (messages: readonly unknown[]) => void sent.push(...messages) };
    const { record } = recording(toShadow, () => answers.shift()!());
    await record(answer, row);
    expect(sent).toEqual([]);
    await record(answer, row);
    expect(sent).toHaveLength(1);
  });
});

describe('an answer', () => {
  it('that could not be recorded is offered to nobody, and one without a row neither', async () => {
    const sent: unknown[] = [];
    const toShadow = { sendAll: async (messages: readonly unknown[]) => void sent.push(...messages) };
    const store = { add: () => Promise.reject(new Error('throttled')) } as unknown as RecommendationStore;
    const offer = offerShadow({
      ...{ shadows: { challenger: async () => aChallenger() }, toShadow, stopwatchMs: () => 0 },
      onFault: () => undefined,
    });
    await expect(recordAnswer({ store, hint: async () => undefined, offer })(answer, row)).rejects.toThrow(
      'throttled',
    );
    await recording(toShadow).record(answer);
    expect(sent).toEqual([]);
  });

  it.each([
    ['fails', busy, ['the queue is busy']],
    ['hangs', silent, []],
  ])('is given when its message to the log %s: the sweep sends it again', async (_how, toAudit, told) => {
    const { record, stored, unsent } = recording(fine, async () => aChallenger(), toAudit);
    expect(await record(answer, row)).toBe(answer);
    expect(stored).toEqual([answer]);
    expect(unsent).toEqual(told);
  });

  it('is sent to nobody before it is stored', async () => {
    const order: string[] = [];
    const sending = (name: string): MessageQueue => ({ sendAll: async () => void order.push(name) });
    const store = {
      async add() {
        await new Promise((done) => setTimeout(done, 5));
        order.push('stored');
      },
    } as unknown as RecommendationStore;
    const offer = () => sending('offered').sendAll([]);
    const hint = () => sending('sent').sendAll([]);
    await recordAnswer({ store, hint, offer })(answer, row);
    expect(order).toEqual(['stored', 'sent', 'offered']);
  });

  it('given before is given again, and offered as it was recorded', async () => {
    const sent: { live: { confidence: number } }[] = [];
    const { record } = recording({
      sendAll: async (messages) => void sent.push(...(messages as typeof sent)),
    });
    await record(answer, row);
    expect(await record({ ...answer, confidence: 0.9 }, row)).toBe(answer);
    expect(sent.map(({ live }) => live.confidence)).toEqual([0.6, 0.6]);
  });

  it('that was to be executed is taken back once a rule speaks against it, and that is kept', async () => {
    const offered: unknown[] = [];
    const { record, stored } = recording({ sendAll: async (messages) => void offered.push(...messages) });
    const halted = { ...answer, action: 'HOLD', execute: false, risk_flags: ['trading_halted'] } as const;
    await record(answer, row);
    const given = await record({ ...halted, risk_flags: [...halted.risk_flags] }, row);
    expect(given).toMatchObject({ action: 'HOLD', execute: false, risk_flags: ['trading_halted'] });
    expect(given.id).not.toBe(answer.id);
    expect(given.leaf_hash).toBe(leafHash({ ...given }));
    expect(stored).toEqual([answer, given]);
    expect(await record({ ...halted, latency_us: 1, risk_flags: ['trading_halted'] })).toBe(given);
    expect(offered).toHaveLength(1);
  });

  it('that was not to be executed is given again, whatever speaks for it now', async () => {
    const { record } = recording(fine);
    const refused = await record({ ...answer, execute: false, risk_flags: ['no_lots'] }, row);
    expect(await record(answer, row)).toBe(refused);
  });
});
