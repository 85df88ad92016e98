import fc from 'fast-check';
import { expect, it } from 'vitest';
import { updateFeatures } from '../../../functions/feature/update-features.ts';
import { ingestSnapshots } from '../../../functions/ingest/ingest-snapshots.ts';
import { liveInputs } from '../../../shared/adapters/online/live-inputs.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { qualityPolicy } from '../../../shared/config/quality.ts';
import { chainGroups } from '../../../shared/domain/features/chain-groups.ts';
import { CHAIN_V3 } from '../../../shared/domain/features/chain-v3/chain-v3.ts';
import { computeDay } from '../../../shared/domain/features/compute.ts';
import { type FeatureSet, featureNames } from '../../../shared/domain/features/feature-set.ts';
import type { OnlineArrival } from '../../../shared/domain/features/online-arrival.ts';
import { compareServed } from '../../../shared/domain/features/parity.ts';
import { withQuality } from '../../../shared/domain/features/row-quality.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { timelineOf, windowTerms } from '../../../shared/domain/features/window.ts';
import { compactDay, countedOf } from '../../../shared/domain/lake/compaction.ts';
import { epochMs, MINUTE_MS, minuteStamp, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { qualityTerms } from '../../../shared/domain/market/quality/terms.ts';
import type { ChainSnapshot, Exchange, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { memoryOnlineWindow } from '../../contract/memory-online-window.ts';
import { memoryDaySummaries } from '../../contract/memory-ports.ts';
import { marketDay } from '../../factories/market-day.ts';
import { randomOf } from '../../factories/session.ts';

const DATE = '2025-12-04';
const CHAINS: readonly Exchange[] = ['NSE', 'BSE'];
const SETS = [TRACKER_V2, CHAIN_V3];
/** Longer than the online window and a feature window, so that both ends are reached. */
const MINUTES = 110;
/** Minutes after which the tracker's client says of a snapshot that it is a backfill. */
const LIVE_MINUTES = 9;
const DAY = marketDay({ date: DATE, exchanges: CHAINS, minutes: MINUTES, edge: 0.6, seed: 5 });
const LAST_MS = Math.max(...DAY.map(({ timestamp }) => epochMs(timestamp)));

type Posted = ChainSnapshot & { readonly received_at?: string };

interface Post {
  readonly atMs: number;
  readonly backfill: boolean;
  readonly snapshot: Posted;
}

/** A snapshot that is posted some minutes late, live as long as that is allowed, else as the tracker's spool has it. */
function posted(snapshot: ChainSnapshot, lateMinutes: number): Post {
  const ms = epochMs(snapshot.timestamp);
  const atMs = minuteStamp(ms) + lateMinutes * MINUTE_MS;
  if (lateMinutes <= LIVE_MINUTES) return { atMs, backfill: false, snapshot };
  return { atMs, backfill: true, snapshot: { ...snapshot, received_at: utcIso(ms) } };
}

/** What may become of a snapshot: posts of it, of a second one in its minute, of another of its moment, or none. */
function fateOf(snapshot: ChainSnapshot, random: () => number): Post[] {
  const lateMinutes = 1 + Math.floor(random() * 12) + (random() < 0.3 ? Math.floor(random() * 90) : 0);
  const inTime = posted(snapshot, 0);
  const drawn = random();
  if (drawn < 0.6) return [inTime];
  if (drawn < 0.65) return [];
  if (drawn < 0.8) return [posted(snapshot, lateMinutes)];
  const again = posted(snapshot, LIVE_MINUTES + lateMinutes);
  if (drawn < 0.86) return [inTime, again];
  const otherwise = { ...again.snapshot, underlying_price: snapshot.underlying_price + 7 };
  if (drawn < 0.92) return [inTime, { ...again, snapshot: otherwise }];
  const ms = epochMs(snapshot.timestamp) + 20_000;
  const second = { ...snapshot, timestamp: utcIso(ms), underlying_price: snapshot.underlying_price + 3 };
  return [inTime, posted(second, lateMinutes)];
}

/** A recording of a spell that is posted at once, long or shortly after, with all that was served of it in between. */
function requestsOf(seed: number): Post[][] {
  const random = randomOf(seed);
  const fates = DAY.flatMap(({ snapshot_id, received_at, recorded_at, origin, ...one }) =>
    fateOf(one, random),
  ).filter(({ atMs }) => atMs <= LAST_MS + 90 * MINUTE_MS);
  const requests = Map.groupBy(fates, ({ atMs, backfill }) => `${utcIso(atMs)} ${backfill}`);
  const inAnyOrder = [...requests.values()].map((posts) => ({
    posts: posts.map((post) => ({ post, key: random() })).sort((a, b) => a.key - b.key),
    // What is posted in one minute comes in any order, backfill or not; 25 s is after a minute's second snapshot.
    atMs: posts[0]!.atMs + 25_000 + Math.floor(random() * 30_000),
  }));
  return inAnyOrder
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ posts, atMs }) => posts.map(({ post }) => ({ ...post, atMs })));
}

/** Posts a day to the stages as they are, and gives what they served and what the lake has of it. */
async function served(seed: number) {
  const random = randomOf(seed + 1);
  const window = memoryOnlineWindow();
  const stored: StoredSnapshot[] = [];
  const queue: OnlineArrival[] = [];
  let nowMs = 0;
  const ingest = ingestSnapshots({
    toBatch: { sendAll: async (messages) => void stored.push(...(messages as StoredSnapshot[])) },
    toFeature: {
      sendInOrder: async (messages) => void queue.push(...messages.map(({ body }) => body as OnlineArrival)),
    },
    groups: chainGroups(SETS),
    clock: () => nowMs,
  });
  const update = updateFeatures({
    window,
    inputs: liveInputs({ window, summaries: memoryDaySummaries() }),
    toScore: { sendAll: async () => undefined },
    liveSets: SETS,
    rules: exchangesRules(),
    quality: qualityPolicy(),
  });
  const requests = requestsOf(seed);
  for (const [at, request] of requests.entries()) {
    nowMs = request[0]!.atMs;
    const { rejected } = await ingest(
      request.map(({ snapshot }) => snapshot),
      request[0]!.backfill,
    );
    expect(rejected).toEqual([]);
    // The stage may be behind by some requests.
    if (at < requests.length - 1 && random() < 0.3) continue;
    for (const arrival of queue.splice(0)) expect((await update([arrival])).failed).toEqual([]);
  }
  return { window, stored };
}

function inBulk(stored: readonly StoredSnapshot[], exchange: Exchange, set: FeatureSet) {
  const countedIn = (chain: Exchange) =>
    countedOf([...compactDay(stored.filter((one) => one.exchange === chain)).snapshots]);
  const rules = exchangesRules()[exchange];
  const counted = countedIn(exchange);
  const others = set.needs.siblings[exchange].map((other) => [other, timelineOf(countedIn(other))]);
  const context = { siblings: Object.fromEntries(others), priorDays: [] };
  const rows = computeDay(counted, set, windowTerms(DATE, rules), context);
  return withQuality(rows, counted, { terms: qualityTerms(DATE, rules), policy: qualityPolicy() });
}

it('what is posted late, again or otherwise changes no row that was served', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const { window, stored } = await served(seed);
      for (const exchange of CHAINS) {
        for (const set of SETS) {
          const rows = await window.featureRows(exchange, DATE, set.id, 0, 4e12);
          const again = inBulk(stored, exchange, set);
          const parity = compareServed(rows, again, featureNames(set));
          expect(parity.first_difference, `${exchange} ${set.id}`).toBeNull();
          expect(parity.served).toBeGreaterThan(30);
        }
      }
    }),
    { numRuns: 15 },
  );
}, 120_000);
