import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../../shared/domain/lake/content-hash.ts';
import {
  bundlePrefix,
  chainKey,
  dateOfKey,
  featuresKey,
  labelsKey,
  manifestKey,
  rawKey,
  rawPrefix,
  reportPrefix,
} from '../../../../shared/domain/lake/paths.ts';

const HASH = contentHash('content');

describe('keys of the lake', () => {
  it.each([
    [rawKey('NSE', '2025-12-04', 'id'), 'raw/exchange=NSE/date=2025-12-04/id.parquet'],
    [chainKey('NSE', '2025-12-04', HASH), `chain/exchange=NSE/date=2025-12-04/${HASH.slice(0, 16)}.parquet`],
    [
      featuresKey('tracker-v2', 'BSE', '2025-12-04', HASH),
      `features/set=tracker-v2/exchange=BSE/date=2025-12-04/${HASH.slice(0, 16)}.parquet`,
    ],
    [
      labelsKey('tb15', 'BSE', '2025-12-04', HASH),
      `labels/set=tb15/exchange=BSE/date=2025-12-04/${HASH.slice(0, 16)}.parquet`,
    ],
    [manifestKey('2025-12-04.2'), 'datasets/2025-12-04.2/manifest.json'],
    [bundlePrefix('NSE', 'tb15', 'v'), 'models/NSE/tb15/v/'],
    [reportPrefix('NSE', 'tb15', 'v'), 'reports/NSE/tb15/v/'],
  ])('%s', (key, expected) => {
    expect(key).toBe(expected);
  });

  it('tell their exchange and date', () => {
    const key = rawKey('NSE', '2025-12-04', 'id');
    expect(key.startsWith(rawPrefix('NSE'))).toBe(true);
    expect(key.startsWith(rawPrefix('BSE'))).toBe(false);
    // One name begins with the other.
    expect(rawKey('NSE_MONTHLY', '2025-12-04', 'id').startsWith(rawPrefix('NSE'))).toBe(false);
    expect([dateOfKey(key), dateOfKey(featuresKey('a', 'BSE', '2025-12-05', HASH))]).toEqual([
      '2025-12-04',
      '2025-12-05',
    ]);
    expect(dateOfKey(manifestKey('2025-12-04.2'))).toBeUndefined();
  });
});

describe('contentHash', () => {
  it('is SHA-256 of bytes, and of the UTF-8 of a text', () => {
    // FIPS 180-2, appendix B.1.
    expect(contentHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(contentHash(new TextEncoder().encode('₹'))).toBe(contentHash('₹'));
  });
});
