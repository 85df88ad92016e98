import { describe, expect, it, vi } from 'vitest';
import { takeMessages } from '../../../functions/batch/take-messages.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';

describe('takeMessages', () => {
  const [one, two] = [aStoredSnapshot(), aStoredSnapshot({ vix: 11 })];

  it('names every message of a snapshot that failed, delivered twice or not', async () => {
    const result = { written: [], failed: [{ snapshotId: one.snapshot_id, error: new Error('full') }] };
    const tell = vi.fn();
    const messages = [one, two, one].map((body, at) => ({ id: `m${at}`, body }));
    expect(await takeMessages(async () => result, tell)(messages)).toEqual(['m0', 'm2']);
    expect(tell).toHaveBeenCalledExactlyOnceWith(result);
  });

  it('names none when all is written', async () => {
    const take = takeMessages(
      async (snapshots) => {
        expect(snapshots).toEqual([two]);
        return { written: [], failed: [] };
      },
      () => {},
    );
    expect(await take([{ id: 'm', body: two }])).toEqual([]);
  });
});
