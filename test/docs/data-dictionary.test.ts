import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DICTIONARY_FILE, dataDictionary } from '../../docs/data-dictionary.ts';
import { TABLES } from '../../docs/dictionary/tables.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { FEATURE_SETS } from '../../shared/domain/features/feature-sets.ts';
import { rawTable } from '../../shared/domain/lake/chain-rows.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('docs/data-dictionary.md', () => {
  test('is what `node docs/data-dictionary.ts` writes', () => {
    expect(readFileSync(DICTIONARY_FILE, 'utf8')).toBe(dataDictionary());
  });

  test('has a row for every feature and every column of raw', () => {
    const names = [...FEATURE_SETS.flatMap(featureNames), ...rawTable([]).columns.map(({ name }) => name)];
    const page = dataDictionary();
    expect(names.filter((name) => !page.includes(`| \`${name}\` `))).toEqual([]);
  });

  test('describes the tables of the data stack, no more and no fewer', () => {
    const stack = readFileSync(join(ROOT, 'infra', 'stacks', 'data.ts'), 'utf8');
    const declared = [...stack.matchAll(/this\.table\('(\w+)'/g)].map(([, name]) => name);
    expect(TABLES.map(({ name }) => name)).toEqual(declared);
  });

  test('writes key prefixes that the adapters use', () => {
    const adapters = ['batch-registry', 'dataset-registry', 'model-registry', 'recommendation-store'];
    const more = [
      'audit-log',
      'online-window',
      'day-summaries',
      'risk-store',
      'health-store',
      'alert-store',
      'shadow-store',
      'approvals',
      'broker-store',
      'bus-cursor',
      'tally-store',
      'table',
    ];
    const code = [...adapters, ...more]
      .map((name) => readFileSync(join(ROOT, 'shared', 'adapters', 'dynamodb', `${name}.ts`), 'utf8'))
      .join('\n');
    const keys = TABLES.flatMap(({ items }) => items.flatMap(({ partition, sort }) => [partition, sort]));
    const fixed = keys.flatMap((key) => /^(?:index [a-z-]+: )?([a-z-]+)(?=#|$)/.exec(key)?.[1] ?? []);
    const kinds = ['chain', 'features', 'labels', 'drift', 'health'];
    const unknown = fixed.filter((word) => !kinds.includes(word) && !new RegExp(`['\`]${word}`).test(code));
    expect(fixed.length).toBeGreaterThan(15);
    expect(unknown).toEqual([]);
  });
});
