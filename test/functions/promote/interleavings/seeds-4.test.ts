import { expect, test } from 'vitest';
import { sweep } from './sweep.ts';

test('25,000 interleavings of promote, rollback, read and crash, seeds from 75000', async () => {
  expect(await sweep(75000, 25_000)).toEqual([]);
}, 600_000);
