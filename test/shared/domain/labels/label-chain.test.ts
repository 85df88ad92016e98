import { describe, expect, it } from 'vitest';
import { qualityPolicy } from '../../../../shared/config/quality.ts';
import { labelChain } from '../../../../shared/domain/labels/label-chain.ts';
import { epochMs, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import { nseRules } from '../../../factories/label-day.ts';
import { aSession } from '../../../factories/session.ts';

const made = { rules: nseRules(), quality: qualityPolicy() };
const CHAIN = aSession({ minutes: 80 }).map((snapshot) => ({ ...snapshot, revised: false }));

describe('labelChain', () => {
  it('labels each minute under the uid of its feature row', () => {
    const labels = labelChain(CHAIN, made, 'some-set');
    expect(labels.map(({ uid }) => uid)).toEqual(CHAIN.map(({ timestamp }) => `NSE#${timestamp}#some-set`));
    expect(labels.map(({ timestamp }) => timestamp)).toEqual(CHAIN.map(({ timestamp }) => timestamp));
    expect(labels[62]!.target).not.toBeNull();
  });

  it("takes each minute's last row, and no revision", () => {
    const at = CHAIN[10]!;
    const last = {
      ...at,
      timestamp: utcIso(epochMs(at.timestamp) + 30_000),
      underlying_price: at.underlying_price * 1.005,
      snapshot_id: 'b'.repeat(32),
    };
    const revision = { ...last, revised: true, underlying_price: 1, snapshot_id: 'c'.repeat(32) };
    const labels = labelChain([...CHAIN, last, revision], made, 'some-set');
    expect(labels).toHaveLength(CHAIN.length);
    expect(labels[7]!.return_3).toBe((at.underlying_price * 1.005) / CHAIN[7]!.underlying_price - 1);
  });

  it('of an empty chain has no rows', () => {
    expect(labelChain([], made, 'some-set')).toEqual([]);
  });
});
