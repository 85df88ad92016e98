import { expect, test } from 'vitest';
import { sweep } from './sweep.ts';

test('25,000 interleavings of promote, rollback, read and crash, seeds from 0', async () => {
  expect(await sweep(0, 25_000)).toEqual([]);
}, 600_000);
