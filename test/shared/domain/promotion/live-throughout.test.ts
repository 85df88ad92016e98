import { expect, test } from 'vitest';
import { liveThroughout } from '../../../../shared/domain/promotion/live-throughout.ts';
import { aHistoryRow } from '../../../factories/registry.ts';

const [FROM, TO] = ['2025-12-04T03:45:00.000Z', '2025-12-04T10:00:00.000Z'];
const promoted = (to_version: string, at: string, pointer_revision: number) =>
  aHistoryRow({ to_version, at, pointer_revision });
const first = promoted('a', '2025-12-03T12:00:00.000Z', 1);

test.each([
  ['promoted the evening before', [first], true],
  ['promoted in the session', [promoted('a', '2025-12-04T05:00:00.000Z', 1)], false],
  ['promoted at the open', [promoted('a', FROM, 1)], true],
  ['replaced in the session', [first, promoted('b', '2025-12-04T05:00:00.000Z', 2)], false],
  [
    'replaced and taken back in the session',
    [first, promoted('b', '2025-12-04T05:00:00.000Z', 2), promoted('a', '2025-12-04T05:10:00.000Z', 3)],
    false,
  ],
  ['replaced after the close', [first, promoted('b', '2025-12-04T12:00:00.000Z', 2)], true],
  ['a refusal meanwhile', [first, aHistoryRow({ event: 'refused', at: '2025-12-04T05:00:00.000Z' })], true],
  [
    'withdrawn in the session',
    [first, aHistoryRow({ event: 'withdrawn', to_version: null, at: '2025-12-04T05:00:00.000Z' })],
    false,
  ],
  ['never promoted', [], false],
] as const)('%s', (_name, history, expected) =>
  expect(liveThroughout(history, 'a', FROM, TO)).toBe(expected),
);
