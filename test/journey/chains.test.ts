import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type NightReport, trainedBy } from '../../cli/commands/nightly.ts';
import { type Connection, connect } from '../../cli/connection.ts';
import { apiAs } from '../../cli/context.ts';
import { localControl } from '../../cli/control.ts';
import {
  playChains,
  playVerdicts,
  playWatch,
  type RecordedDays,
  recordedDays,
} from '../../cli/demo/chains.ts';
import { startLocalCloud, stopLocalCloud } from '../../cli/local-cloud.ts';
import { openOutput } from '../../cli/output.ts';
import {
  openRecordedChain,
  type RecordedChainSummary,
} from '../../shared/adapters/csv/recorded-chain-file.ts';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureRowsOf } from '../../shared/domain/features/feature-table.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { snapshotId } from '../../shared/domain/market/identity.ts';
import { epochMs } from '../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { specsFrom } from '../../simulator/exchange-spec.ts';
import { simulateDay } from '../../simulator/market.ts';
import { chainSnapshots } from '../functions/pipeline.ts';
import { writeRecordedCsv } from './recorded-csv.ts';

/** The environments live in a folder of this test's own. */
const folder = vi.hoisted(() => {
  const made = process.getBuiltinModule('node:fs').mkdtempSync('/tmp/chains-');
  process.env['OI_ENVIRONMENTS'] = made;
  return made;
});

const ENVIRONMENT = 'chains';
const DATE = '2026-02-02';
const FILE = join(folder, 'nifty.csv.gz');
/** The last half hour, both ends included. */
const LIVE_MINUTES = 31;
const BESIDE = [
  { symbol: 'FINNIFTY' },
  { expiry: '2026-02-10' },
  { twice: true },
  { empty: true },
  { empty: true },
] as const;

const said: string[] = [];
const listening = { write: (text: string) => said.push(text) > 0 };
const output = openOutput(
  false,
  listening as unknown as typeof process.stdout,
  listening as unknown as typeof process.stderr,
);
const exchanges = specsFrom(exchangesRules(), ['NSE']);
const session = simulateDay({ seed: 7, edge: 0.4, exchanges, date: DATE }).sessions[0]!.snapshots;

interface Recording {
  readonly snapshots: readonly ChainSnapshot[];
  readonly summary: RecordedChainSummary;
}

let rows: number;
let recording: Recording;
let days: RecordedDays;
let connection: Connection;
let stores: ReturnType<typeof openStores>;
let night: NightReport;
let refused: readonly string[];
let watched: readonly string[];
beforeAll(async () => {
  rows = writeRecordedCsv(FILE, session, BESIDE);
  recording = await readRecording();
  days = await recordedDays([FILE]);
  const local = await startLocalCloud(
    ENVIRONMENT,
    { nightlySchedule: false, simulated: days.liveFrom },
    output,
  );
  connection = connect(ENVIRONMENT);
  stores = openStores(connection);
  const [tracker, viewer] = [apiAs(connection, 'tracker'), apiAs(connection, 'viewer')];
  const scene = { connection, tracker, viewer, control: localControl(local), output };
  night = await playChains(scene, [FILE], days);
  refused = await playVerdicts(scene, night);
  watched = await playWatch(scene);
}, 240_000);
afterAll(async () => {
  await stopLocalCloud(ENVIRONMENT);
  rmSync(folder, { recursive: true, force: true });
});

async function readRecording(): Promise<Recording> {
  const chain = await openRecordedChain(FILE);
  const snapshots: ChainSnapshot[] = [];
  for await (const snapshot of chain.snapshots) snapshots.push(snapshot);
  return { snapshots, summary: chain.summary() };
}

/** What the loop has kept, read past its API. */
function openStores({ region, environment, lakeBucket, tables }: Connection) {
  Object.assign(process.env, environment);
  const dynamodb = new DynamoDBClient({ region });
  return {
    registry: dynamoBatchRegistry(dynamodb, tables['batches']!),
    models: dynamoModelRegistry(dynamodb, tables['models']!),
    lake: lakeFiles(s3ObjectStore(new S3Client({ region }), lakeBucket), hyparquetCodec),
  };
}

describe('one recorded session of NIFTY', () => {
  it('every row of the file is used or skipped for its reason', () => {
    const { used, skipped, totalRows, snapshots } = recording.summary;
    const count = session.length;
    expect(totalRows).toBe(rows);
    const once = { other_symbol: count, other_expiry: count, duplicate_leg: count };
    expect(skipped).toEqual({ ...once, empty_leg: 2 * count });
    expect(used + Object.values(skipped).reduce((sum, one) => sum + one, 0)).toBe(rows);
    expect(snapshots).toEqual({ NSE: count });
    expect(said.join('')).toContain(`${rows} rows, ${used} used`);
  });

  it('its days are read from the file, the last half hour apart', () => {
    expect(days).toMatchObject({ dates: [DATE], exchanges: ['NSE'] });
    expect(epochMs(days.last)).toBe(epochMs(session.at(-1)!.timestamp));
    expect(recording.snapshots.map(({ timestamp }) => timestamp)).toEqual(
      session.map(({ timestamp }) => timestamp),
    );
  });

  it('every snapshot is in the lake once, as the file has it', async () => {
    expect(await stores.registry.snapshotCount('NSE', DATE)).toBe(session.length);
    const chain = await chainSnapshots(stores, 'NSE', DATE);
    const ids = recording.snapshots.map(snapshotId);
    expect(chain.map(({ snapshot_id }) => snapshot_id).sort()).toEqual(ids.sort());
    expect(chain.map(snapshotId).sort()).toEqual(ids);
  });

  it('what the last half hour served live is in the lake, bit for bit', async () => {
    const equal = { served: LIVE_MINUTES, equal: LIVE_MINUTES, first_difference: null };
    expect(night.days).toMatchObject([{ exchange: 'NSE', ok: true, feature: { sets: [equal, equal] } }]);
    const file = (await stores.registry.dayFile('features', TRACKER_V2.id, 'NSE', DATE))!;
    expect(file.parity).toEqual(equal);
    const rows = featureRowsOf(await stores.lake.read(file), featureNames(TRACKER_V2));
    const live = rows.filter(({ timestamp }) => epochMs(timestamp) >= epochMs(days.liveFrom));
    const posted = recording.snapshots.slice(-LIVE_MINUTES).map(snapshotId);
    expect(live.map(({ snapshot_id }) => snapshot_id)).toEqual(posted);
  });
});

describe('a candidate from one session', () => {
  it('is exploratory, and the gate refuses it for want of evidence', async () => {
    const [one, ...others] = trainedBy(night);
    expect(others).toEqual([]);
    expect(one?.train.exploratory).toBe(true);
    expect(one?.evaluate.pass).toBe(false);
    expect(one?.evaluate.failed).toContain('enough-evidence');
    const version = await stores.models.version('NSE', 'tb15', one!.train.version);
    expect(version).toMatchObject({ exploratory: true, verdict_pass: false });
  });

  it('is not promoted, and the history says who tried and why it was refused', async () => {
    const version = trainedBy(night)[0]!.train.version;
    expect(refused).toEqual(['NSE']);
    const history = await stores.models.history('NSE', 'tb15');
    expect(history).toHaveLength(1);
    expect(history[0]).toMatchObject({
      event: 'refused',
      from_version: null,
      to_version: version,
      operator: 'demo',
      override: false,
    });
    expect(history[0]!.refusal).toContain('enough-evidence');
    expect(await stores.models.livePointer('NSE', 'tb15')).toBeUndefined();
  });

  it('is what the live features are compared with, since nothing is live', () => {
    expect(watched).toEqual(['NSE']);
    const version = trainedBy(night)[0]!.train.version;
    expect(said.join('')).toMatch(new RegExp(`drift NSE, against candidate ${version}: .+ over 31 rows`));
  });

  it('scoring answers HOLD, because no model is live', async () => {
    const request = { method: 'POST', path: '/v1/score', body: { exchange: 'NSE' } } as const;
    const answer = await apiAs(connection, 'tracker').call<Recommendation>(request);
    expect(answer).toMatchObject({
      action: 'HOLD',
      hold_reason: 'no_live_model',
      execute: false,
      probabilities: null,
    });
    expect(said.join('')).toContain('NSE: HOLD (no_live_model)');
  });
});
