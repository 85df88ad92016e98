import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHAIN_V3 } from '../../shared/domain/features/chain-v3/chain-v3.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';

const decision = readFileSync(join(import.meta.dirname, '../../docs/decisions/0018-chain-v3.md'), 'utf8');

test('the decision on chain-v3 answers each of the 23 questionable definitions under its number', () => {
  const points = [...decision.matchAll(/^(\d+)\. (\S.*)$/gm)];
  expect(points.map(([, number]) => Number(number))).toEqual(Array.from({ length: 23 }, (_, at) => at + 1));
  for (const [, , answer] of points) expect(answer!.length).toBeGreaterThan(20);
});

test('the decision on chain-v3 says how many features there are', () => {
  expect(decision).toContain(`\`chain-v3\` has ${featureNames(CHAIN_V3).length} features`);
});
