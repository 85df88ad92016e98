import { expect, test } from 'vitest';
import { sweep } from './sweep.ts';

test('25,000 interleavings of promote, rollback, read and crash, seeds from 25000', async () => {
  expect(await sweep(25000, 25_000)).toEqual([]);
}, 600_000);
