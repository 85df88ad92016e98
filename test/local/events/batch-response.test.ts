import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failedMessageIds } from '../../../local/events/batch-response.ts';
import { ReceiptJournal } from '../../../local/events/receipt-journal.ts';
import { sqsEvent, sqsMessage } from '../../../local/events/sqs-event.ts';

describe('failedMessageIds', () => {
  const of = (answer: unknown) => failedMessageIds(JSON.stringify(answer), ['a', 'b']);
  test.each([
    ['null', null, []],
    ['no list', {}, []],
    ['an empty list', { batchItemFailures: [] }, []],
    ['null for a list', { batchItemFailures: null }, []],
    ['some failures', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
    ['an unknown id', { batchItemFailures: [{ itemIdentifier: 'c' }] }, 'all'],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }, 'all'],
    ['a null id', { batchItemFailures: [{ itemIdentifier: null }] }, 'all'],
    ['a wrong key', { batchItemFailures: [{ id: 'a' }] }, 'all'],
    ['no list but something', { batchItemFailures: 'a' }, 'all'],
  ])('%s', (_, answer, expected) => {
    expect(of(answer)).toEqual(expected);
  });
});

describe('ReceiptJournal', () => {
  test('finds what was held and not settled, after any sequence of both', () => {
    const steps = fc.array(
      fc.record({
        isHeld: fc.boolean(),
        receipts: fc.array(
          fc.integer({ min: 0, max: 20 }).map((n) => `r${n}`),
          { maxLength: 5 },
        ),
      }),
    );
    fc.assert(
      fc.property(steps, (sequence) => {
        const folder = mkdtempSync(join(tmpdir(), 'journal-'));
        const file = join(folder, 'sub', 'q.receipts');
        const journal = new ReceiptJournal(file);
        const expected = new Set<string>();
        for (const { isHeld, receipts } of sequence) {
          journal[isHeld ? 'hold' : 'settle'](receipts);
          for (const receipt of receipts) expected[isHeld ? 'add' : 'delete'](receipt);
        }
        expect(new Set(new ReceiptJournal(file).takeLeftOver())).toEqual(expected);
        expect(new ReceiptJournal(file).takeLeftOver()).toEqual([]);
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 50 },
    );
  });

  test('does not grow while everything gets settled', () => {
    const folder = mkdtempSync(join(tmpdir(), 'journal-'));
    const file = join(folder, 'q.receipts');
    const journal = new ReceiptJournal(file);
    for (let index = 0; index < 100; index += 1) {
      journal.hold([`r${index}`]);
      journal.settle([`r${index}`]);
    }
    expect(readFileSync(file, 'utf8')).toBe('');
    rmSync(folder, { recursive: true });
  });
});

test('sqsEvent is what Lambda builds', () => {
  const arn = 'arn:aws:sqs:ap-south-1:000000000000:to-batch';
  const message = {
    ...sqsMessage('{"a":1}', 'id', 2),
    messageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    md5OfMessageAttributes: 'md5',
  };
  expect(sqsEvent([message], arn)).toEqual({
    Records: [
      {
        messageId: 'id',
        receiptHandle: 'receipt-id',
        body: '{"a":1}',
        attributes: {
          ApproximateReceiveCount: '2',
          SentTimestamp: '1764806400000',
          SenderId: '000000000000',
          ApproximateFirstReceiveTimestamp: '1764806400000',
        },
        messageAttributes: {
          kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfMessageAttributes: 'md5',
        md5OfBody: 'bb6cb5c68df4652941caf652a366f2d8',
        eventSource: 'aws:sqs',
        eventSourceARN: arn,
        awsRegion: 'ap-south-1',
      },
    ],
  });
});
