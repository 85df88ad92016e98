import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showDiff } from '../../../cli/datasets/diff.ts';
import { shares, showList, showManifest } from '../../../cli/datasets/show.ts';
import { findVersion } from '../../../cli/datasets/store.ts';
import { dynamoDatasetRegistry } from '../../../shared/adapters/dynamodb/dataset-registry.ts';
import { diffManifests } from '../../../shared/domain/datasets/diff.ts';
import { summaryOf } from '../../../shared/domain/datasets/manifest.ts';
import { aManifest } from '../../factories/manifest.ts';
import { aScreen, type EmbeddedCloud, startEmbeddedCloud } from './world.ts';

const said = (show: (output: ReturnType<typeof aScreen>['output']) => void) => {
  const { output, text } = aScreen();
  show(output);
  return text();
};
const lines = (text: string, start: string) =>
  text.split('\n').filter((line) => line.trim().startsWith(start));

describe('showList', () => {
  it('has a line for each version with its days, rows and label balance', () => {
    const legacy = aManifest({ version: 'legacy-7', legacy: true, origin: 'tracker' });
    const text = said((output) => showList([aManifest(), legacy].map(summaryOf), output));
    expect(lines(text, '2025-12-04')[0]).toMatch(
      /NSE +2024-12-05\.\.2025-12-04 +tracker-v2 +1 +330 +40\/12\/48 %/,
    );
    expect(lines(text, 'legacy-7')[0]).toMatch(/legacy$/);
  });

  it('says how to get one where there is none', () => {
    expect(said((output) => showList([], output))).toContain('./oi nightly');
  });
});

describe('showManifest', () => {
  const stats = aManifest().stats['NSE']!;
  const dates = Array.from({ length: 12 }, (_, at) => `2025-11-${String(10 + at)}`);
  const manifest = aManifest({
    parent: '2025-12-03',
    left_out: [{ exchange: 'NSE', date: '2025-11-09', reason: 'no_matching_labels' }],
    stats: {
      NSE: {
        ...stats,
        completeness: { vix: 0.72, pcr: 1 },
        rows_per_day: Object.fromEntries(dates.map((date, at) => [date, 300 + at])),
        session_label_balance: { sell: 1, hold: 2, buy: 1, unlabelled: 0 },
      },
    },
  });

  it('shows incomplete features as bars, the last days, why a day is missing, both label balances', () => {
    const text = said((output) => showManifest(manifest, false, output));
    expect(text).toContain('1 of 2 features have no missing value');
    expect(lines(text, 'vix')[0]).toMatch(/███████░░░ {2}72.0 %/);
    expect(lines(text, 'pcr')).toEqual([]);
    expect(lines(text, '2025-11-10')).toEqual([]);
    expect(lines(text, '2025-11-21')[0]).toMatch(/311$/);
    expect(text).toContain('without NSE 2025-11-09: no labels made from the same chain');
    expect(text).toMatch(/40\/12\/48 % +80 +25\/50\/25 %/);
    expect(text).toContain('after 2025-12-03');
  });

  it('shows everything when asked', () => {
    const text = said((output) => showManifest(manifest, true, output));
    expect(lines(text, '2025-11-10')).toHaveLength(1);
    expect(lines(text, 'pcr')[0]).toMatch(/██████████ 100.0 %/);
    expect(text).not.toContain('--all');
  });
});

describe('showDiff', () => {
  it('counts files and shows what differs', () => {
    const [file] = aManifest().files;
    const after = aManifest({
      version: '2025-12-04.2',
      content_hash: 'c'.repeat(64),
      label_set: 'other',
      records: { NSE: 333 },
      files: [{ ...file!, sha256: 'd'.repeat(64), rows: 333 }],
    });
    const text = said((output) =>
      showDiff('2025-12-04', '2025-12-04.2', diffManifests(aManifest(), after), output),
    );
    expect(text).toContain('2025-12-04 -> 2025-12-04.2: other content');
    expect(text).toContain('label_set: "tracker-tb15-v1" -> "other"');
    expect(text).toContain('rows of NSE: +3');
    expect(text).toContain('0 added, 0 removed, 1 changed');
    expect(text).toContain('~ features NSE 2025-12-04  330 -> 333 rows, same chain');
  });
});

describe('shares', () => {
  it('are of the labelled rows', () => {
    expect(shares({ sell: 1, hold: 2, buy: 1, unlabelled: 96 })).toBe('25/50/25 %');
    expect(shares({ sell: 0, hold: 0, buy: 0, unlabelled: 9 })).toBe('-');
  });
});

describe('findVersion', () => {
  let cloud: EmbeddedCloud;
  beforeAll(async () => {
    cloud = await startEmbeddedCloud();
  });
  afterAll(() => cloud.stop());

  it('gives the manifest, and names the nearest for a wrong one', async () => {
    const registry = dynamoDatasetRegistry(cloud.dynamodb, await cloud.table());
    await expect(findVersion(registry, '2025-12-04')).rejects.toThrow(/there is none yet.*was 2025-12-04/);
    for (const version of ['2025-12-04', '2025-12-04.2', 'legacy-7'])
      await registry.add(aManifest({ version }));
    expect((await findVersion(registry, '2025-12-04.2')).version).toBe('2025-12-04.2');
    await expect(findVersion(registry, '2025-12-4')).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringMatching(/expected one like 2025-12-04, .*was 2025-12-4$/),
    });
  });
});
