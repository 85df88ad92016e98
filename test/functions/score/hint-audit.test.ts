import { expect, it } from 'vitest';
import { HINT_EVERY_MS, hintAudit } from '../../../functions/score/hint-audit.ts';

/** Hints to a queue that can be broken, under a stopwatch that the test moves. */
function hinting() {
  const sent: unknown[] = [];
  const unsent: string[] = [];
  const state = { stopwatchMs: 0, isBroken: false };
  const hint = hintAudit({
    toAudit: {
      async sendAll(messages) {
        if (state.isBroken) throw new Error('the queue is busy');
        sent.push(...messages);
      },
    },
    stopwatchMs: () => state.stopwatchMs,
    onUnsent: ({ message }) => void unsent.push(message),
  });
  const tell = (id: string) => hint({ kind: 'recommendation', id });
  return { state, sent, unsent, tell };
}

it('tells of one record, and of none of those that follow within a quarter of a second', async () => {
  const { state, sent, tell } = hinting();
  await Promise.all([tell('A'), tell('B')]);
  state.stopwatchMs += HINT_EVERY_MS - 1;
  await tell('C');
  state.stopwatchMs += 1;
  await tell('D');
  expect(sent).toEqual(['A', 'D'].map((id) => ({ kind: 'recommendation', id })));
});

it("tells of every record at a tracker's rate", async () => {
  const { state, sent, tell } = hinting();
  for (const id of ['A', 'B', 'C']) {
    await tell(id);
    state.stopwatchMs += 5000;
  }
  expect(sent).toHaveLength(3);
});

it('leaves no gap behind a hint that could not be sent, and says so', async () => {
  const { state, sent, unsent, tell } = hinting();
  state.isBroken = true;
  await tell('A');
  state.isBroken = false;
  await tell('B');
  expect(unsent).toEqual(['the queue is busy']);
  expect(sent).toEqual([{ kind: 'recommendation', id: 'B' }]);
});
