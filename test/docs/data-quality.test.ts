import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { QUALITY_FLAGS } from '../../shared/domain/market/quality/finding.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'data-quality.md'), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` +\| (.+?) +\| (yes|no) +\|$/gm)];

test('the page has a row for every flag, in the order of the rules', () =>
  expect(rows.map(([, flag]) => flag)).toEqual([...QUALITY_FLAGS]));

test('and says of each whether it blocks', () =>
  expect(
    rows
      .filter(([, , , blocks]) => blocks === 'yes')
      .map(([, flag]) => flag)
      .sort(),
  ).toEqual([...qualityPolicy().blocking].sort()));
