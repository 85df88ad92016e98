import { describe, expect, it } from 'vitest';
import type { OpenBundle } from '../../../functions/score/bundles.ts';
import { warmLive } from '../../../functions/score/warm-live.ts';
import type { Exchange } from '../../../shared/domain/market/snapshot.ts';
import { Temporary } from '../../../shared/errors.ts';
import { aLivePointer } from '../../factories/registry.ts';

const LIVE: Partial<Record<Exchange, string>> = { NSE: 'one', BSE: 'two' };

/** Warms with a diary of what was opened, and how many at once. */
async function warmed(opening: (prefix: string) => Promise<unknown> = async () => undefined) {
  const opened: string[] = [];
  const faults: string[] = [];
  let [open, most] = [0, 0];
  await warmLive({
    exchanges: ['NSE', 'BSE', 'NSE_MONTHLY'],
    target: 'tb15',
    async livePointer(exchange) {
      const version = LIVE[exchange];
      if (exchange === 'NSE_MONTHLY') throw new Temporary('busy');
      return version === undefined ? undefined : aLivePointer({ exchange, version, bundle_hash: version });
    },
    async openBundle(prefix, hash) {
      opened.push(`${prefix} ${hash}`);
      most = Math.max(most, ++open);
      try {
        return (await opening(prefix)) as OpenBundle;
      } finally {
        open -= 1;
      }
    },
    onFault: ({ message }) => faults.push(message),
  });
  return { opened, faults, most };
}

describe('warmLive', () => {
  it('opens what is live, by prefix and hash, one after the other', async () => {
    const { opened, most } = await warmed(() => new Promise((resolve) => setTimeout(resolve, 5)));
    expect(opened).toEqual(['models/NSE/tb15/one/ one', 'models/NSE/tb15/two/ two']);
    expect(most).toBe(1);
  });

  it('tells what it cannot open, goes on, and never fails', async () => {
    const { opened, faults } = await warmed((prefix) =>
      prefix.includes('one') ? Promise.reject(new Temporary('no such bundle')) : Promise.resolve(),
    );
    expect(opened).toHaveLength(2);
    expect(faults).toEqual(['busy', 'no such bundle']);
  });
});
