import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatasetManifest } from '../../../shared/domain/datasets/manifest.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { openPorts, stagesOf } from '../pipeline.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';
const SESSION = aSession({ minutes: 45 });
const REQUEST = { date: DATE, exchanges: ['NSE' as const] };
const NIGHTS = 3;
const EVENING_MS = Date.UTC(2025, 11, 4, 10, 30);
const HOUR_MS = 3_600_000;

/** Which night each snapshot of the session arrives before; the first ones always before the first. */
const arrivals = fc.array(fc.nat(NIGHTS - 1), { minLength: SESSION.length, maxLength: SESSION.length });

/** A dataset as a night made it. */
interface Made {
  readonly cutoff: string;
  readonly manifest: DatasetManifest;
}

async function play(
  nightOf: readonly number[],
): Promise<{ made: Made[]; build: (cutoff: string) => Promise<string> }> {
  let nowMs = EVENING_MS;
  const ports = { ...(await openPorts(cloud)), clock: () => nowMs };
  const stages = stagesOf(ports);
  const made: Made[] = [];
  for (let night = 0; night < NIGHTS; night++) {
    nowMs = EVENING_MS + night * HOUR_MS;
    const arrived = SESSION.filter((_, at) => nightOf[at] === night);
    const recorded_at = utcIso(nowMs - 1000);
    await stages.write(arrived.map((snapshot): StoredSnapshot => ({ ...snapshot, recorded_at })));
    await stages.compact('NSE', DATE);
    await stages.feature('NSE', DATE);
    await stages.label('NSE', DATE);
    const { version } = await stages.dataset(REQUEST);
    made.push({ cutoff: utcIso(nowMs), manifest: await ports.datasets.version(version) });
  }
  for (const { manifest } of made) {
    for (const file of manifest.files) expect((await ports.lake.read(file)).rows).toBe(file.rows);
    expect(await ports.datasets.version(manifest.version)).toEqual(manifest);
  }
  const build = async (knowledge_cutoff: string) =>
    (await stages.dataset({ ...REQUEST, knowledge_cutoff })).content_hash;
  return { made, build };
}

describe('datasets over random arrivals', () => {
  it('late data makes the next version; every old cutoff still gives the old content', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (nights) => {
        // Enough of the session for features on the first night.
        const nightOf = nights.map((night, at) => (at < 40 && at % 8 !== 7 ? 0 : night));
        const { made, build } = await play(nightOf);
        for (const { cutoff, manifest } of made) expect(await build(cutoff)).toBe(manifest.content_hash);
        for (const [at, { manifest }] of made.entries()) {
          const isLate = nightOf.includes(at);
          const before = made[at - 1]?.manifest;
          expect(manifest.version === before?.version).toBe(before !== undefined && !isLate);
        }
      }),
      { numRuns: 5 },
    );
  }, 60_000);

  it('the content of the last version does not depend on the order in which the day came', async () => {
    const allAtOnce = await play(SESSION.map(() => 0));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...SESSION.keys()], { minLength: SESSION.length }),
        async (order) => {
          const ports = { ...(await openPorts(cloud)), clock: () => EVENING_MS };
          const stages = stagesOf(ports);
          const recorded_at = utcIso(EVENING_MS - 1000);
          const snapshots = order.map((at) => ({ ...SESSION[at]!, recorded_at }));
          await stages.write(snapshots.slice(0, 20));
          await stages.write(snapshots.slice(20));
          await stages.compact('NSE', DATE);
          await stages.feature('NSE', DATE);
          await stages.label('NSE', DATE);
          expect((await stages.dataset(REQUEST)).content_hash).toBe(allAtOnce.made[0]!.manifest.content_hash);
        },
      ),
      { numRuns: 5 },
    );
  }, 60_000);
});
