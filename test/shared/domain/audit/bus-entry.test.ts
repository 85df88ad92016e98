import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { busLine, busMessage, readBusEntry } from '../../../../shared/domain/audit/bus-entry.ts';
import { leafHash } from '../../../../shared/domain/audit/leaf-hash.ts';
import { logEntries } from '../../../../shared/domain/audit/log-entry.ts';
import { aRecommendation, aTrade } from '../../../factories/recommendation.ts';

const answer = aRecommendation();
const [recommendation, opening, closing] = logEntries(7, [
  { kind: 'recommendation', record: { ...answer } },
  { kind: 'trade', record: { ...aTrade(answer) } },
  { kind: 'trade', record: { ...aTrade(answer, { status: 'closed', exchange: null }) } },
]) as [
  ReturnType<typeof logEntries>[number],
  ReturnType<typeof logEntries>[number],
  ReturnType<typeof logEntries>[number],
];

describe('a message of the bus', () => {
  it('says what readers choose by, and leaves out what a trade does not know', () => {
    expect(busMessage(recommendation).attributes).toEqual({
      kind: 'recommendation',
      exchange: 'NSE',
      action: 'BUY',
    });
    expect(busMessage(opening).attributes).toEqual({ kind: 'trade', exchange: 'NSE', status: 'executed' });
    expect(busMessage(closing).attributes).toEqual({ kind: 'trade', status: 'closed' });
  });

  it('ends with the record as the log holds it', () => {
    const line = busLine(opening);
    expect(
      line.startsWith(`{"log_index":8,"kind":"trade","leaf_hash":"${opening.leaf_hash}","record":{"`),
    ).toBe(true);
    expect(line).not.toContain('\n');
  });

  it('is read back to the entry, whatever a record holds', () => {
    const anyRecord = fc.dictionary(
      fc.string(),
      fc.jsonValue().filter((value) => value !== undefined),
    );
    fc.assert(
      fc.property(anyRecord, fc.nat(), (content, index) => {
        const { leaf_hash: _own, ...record } = content;
        const [entry] = logEntries(index, [{ kind: 'trade', record }]);
        const line = busLine(entry!);
        const read = readBusEntry(JSON.parse(line));
        expect(busLine(read)).toBe(line);
        expect(leafHash(read.record)).toBe(entry?.leaf_hash);
      }),
    );
  });

  it('is read back where a member has a name that objects have of their own', () => {
    const record = JSON.parse('{"trade_id":"T-1","__proto__":[],"constructor":{"__proto__":1}}');
    const [entry] = logEntries(0, [{ kind: 'trade', record }]);
    const line = busLine(entry!);
    expect(line).toContain('"__proto__":[]');
    expect(busLine(readBusEntry(JSON.parse(line)))).toBe(line);
  });

  it('is far below what SNS and SQS take, however long its texts are', () => {
    const drivers = Array.from({ length: 5 }, () => ({
      feature: 'f'.repeat(60),
      value: -Math.PI,
      zscore: Math.E,
      shap: 1 / 3,
    }));
    const features_summary = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`feature_${at}_${'x'.repeat(40)}`, Math.PI]),
    );
    const record = { ...aRecommendation({ drivers, features_summary, rationale: 'r'.repeat(5000) }) };
    const [entry] = logEntries(0, [{ kind: 'recommendation', record }]);
    expect(Buffer.byteLength(busLine(entry!))).toBeLessThan(64 * 1024);
  });
});

describe('readBusEntry', () => {
  const message = JSON.parse(busLine(recommendation));
  it.each([
    ['another hash', { ...message, leaf_hash: opening.leaf_hash }, /leaf hash/],
    [
      'a record that was changed',
      { ...message, record: { ...message.record, confidence: 0.61 } },
      /leaf hash/,
    ],
    ['a field too many', { ...message, extra: 1 }, /bus/],
    ['no place', { ...message, log_index: undefined }, /log_index/],
    ['a place below the first', { ...message, log_index: -1 }, /log_index/],
    ['no object', 'hello', /bus/],
  ])('refuses %s', (_what, given, why) => {
    expect(() => readBusEntry(given)).toThrow(why);
    expect(() => readBusEntry(given)).toThrow(expect.objectContaining({ name: 'RejectedInput' }));
  });
});
