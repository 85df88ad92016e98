import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ProductionPorts, productionRecord } from '../../../functions/evaluate/production-record.ts';
import { loadBundle } from '../../../models/candidate/load.ts';
import { trainCandidate } from '../../../models/candidate/train.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { scoredColumnsSchema, scoredRows } from '../../../shared/domain/evaluation/scored-columns.ts';
import type { ScoredRow } from '../../../shared/domain/evaluation/scored-row.ts';
import { featureTable } from '../../../shared/domain/features/feature-table.ts';
import { istMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { HistoryRow, ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { sha256Hex } from '../../../shared/domain/training/bundle.ts';
import type { Candidate, CandidateInput } from '../../../shared/ports/model-trainer.ts';
import { memoryObjectStore } from '../../contract/memory-ports.ts';
import { marketRows } from '../../factories/market-rows.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { aHistoryRow, aLivePointer, aModelVersion } from '../../factories/registry.ts';
import { aFeatureRow } from '../../factories/rows.ts';
import { evaluatedManifest } from './evaluated-manifest.ts';

/** Ten sessions from Monday 2025-11-03, weekends among them; the last three are kept back for the gate. */
const input = marketRows({ sessions: 10, rowsPerSession: 100, features: 8, edge: 0.6, seed: 3 });
const DAYS = [...new Set(input.sessions)];
const HELD_OUT = DAYS.slice(7);
/** Tuesday and Wednesday of the second week. */
const [TUESDAY, WEDNESDAY] = HELD_OUT.slice(1) as [string, string];

let trained: Candidate;
let rows: { readonly forward: ScoredRow[]; readonly heldOut: ScoredRow[] };
beforeAll(async () => {
  const options = { exactnessRows: 200, holdoutSessions: 3, threads: 1 };
  trained = await trainCandidate({ ...input, options }, { family: linearFamily(), openSession });
  const of = (path: string) => {
    const text = new TextDecoder().decode(trained.files.get(path));
    return scoredRows(scoredColumnsSchema.parse(JSON.parse(text)));
  };
  rows = { forward: of('oof.json'), heldOut: of('holdout.json') };
});

interface World {
  history: HistoryRow[];
  answers: Recommendation[];
  live: ModelVersion;
  ports: ProductionPorts;
}
let world: World;
beforeEach(async () => {
  const live = aModelVersion({
    version: trained.bundle.version,
    bundle_hash: trained.bundle.bundle_hash,
    feature_set: 'synthetic',
    training_cutoff: utcIso(istMs(trained.bundle.trained_through, 1439)),
  });
  const lake = lakeFiles(memoryObjectStore(), hyparquetCodec);
  const files = new Map<string, { path: string; sha256: string }>();
  for (const day of DAYS) {
    files.set(
      day,
      await lake.write(featureTable(featureRowsOf(input, day), input.featureNames), (hash) => hash),
    );
  }
  const state: World = {
    history: [],
    answers: [],
    live,
    ports: {
      models: {
        livePointer: async () => aLivePointer({ version: state.live.version }),
        version: async () => state.live,
        history: async () => state.history,
      },
      recommendations: {
        ofDay: async (_, date) => state.answers.filter(({ timestamp }) => timestamp.startsWith(date)),
      },
      registry: { dayFile: async (_kind, _set, _exchange, date) => files.get(date) as never },
      readFiles: async () => trained.files,
      load: (own) => loadBundle(own, openSession),
      ...{ lake, blocking: ['stale_quotes'], rules: exchangesRules() },
    },
  };
  world = state;
});

/** The rows of a day as the lake holds them; every tenth carries a flag that blocks it when `blocked` is set. */
function featureRowsOf({ features, featureNames, sessions, timestampsMs }: CandidateInput, day: string) {
  return sessions.flatMap((session, row) => {
    if (session !== day) return [];
    const timestamp = utcIso(timestampsMs[row] as number);
    const values = features.slice(row * featureNames.length, (row + 1) * featureNames.length);
    return [aFeatureRow(0, [...values], { timestamp, uid: timestamp, feature_set: 'synthetic' })];
  });
}

const candidate = aModelVersion({ version: '2025-12-05-cccccccc' });
const ask = (grid: readonly ScoredRow[]) =>
  productionRecord(world.ports)({ candidate, grid, manifest: evaluatedManifest([]) });
const gridOf = (days: readonly string[]) =>
  [...rows.forward, ...rows.heldOut].filter(({ session }) => days.includes(session));
const promoted = (at: string) => [aHistoryRow({ to_version: world.live.version, at })];
const answersOf = (day: string, minutes: readonly number[]) =>
  minutes.map((minute) =>
    aRecommendation({ timestamp: utcIso(istMs(day, minute)), model_version: world.live.version }),
  );

describe('production on the candidate’s sessions', () => {
  it('is nothing while nothing else is live', async () => {
    world.ports = { ...world.ports, models: { ...world.ports.models, livePointer: async () => undefined } };
    expect(await ask(gridOf(DAYS))).toBeNull();
  });

  it('before its cutoff is its walk-forward, on days held out its own scores', async () => {
    const record = await ask(gridOf(DAYS));
    expect(record?.judge.walk_forward).toEqual(rows.forward);
    expect(record?.judge.held_out).toEqual(rows.heldOut);
    const judged = new Set(rows.forward.map(({ session }) => session)).size;
    expect(record?.sources.map(({ source }) => source)).toEqual([
      ...Array.from({ length: judged }, () => 'walk_forward'),
      ...HELD_OUT.map(() => 'held_out'),
    ]);
  });

  it('on later days is its bundle, asked as it is asked live: probabilities, regime and position bit for bit', async () => {
    const files = withoutHeldOut(trained);
    world.ports = { ...world.ports, readFiles: async () => files };
    const record = await ask(gridOf(HELD_OUT));
    expect(record?.sources.map(({ source, missing }) => [source, missing])).toEqual(
      HELD_OUT.map(() => ['replayed', 0]),
    );
    expect(record?.judge.held_out).toEqual(rows.heldOut);
  });

  it('asks the files of the dataset where that is of the same feature set', async () => {
    const lake = world.ports.lake;
    const read: string[] = [];
    world.ports = {
      ...world.ports,
      readFiles: async () => withoutHeldOut(trained),
      lake: { read: (file, columns) => lake.read(file, columns).finally(() => read.push(file.path)) },
    };
    const file = await world.ports.registry.dayFile('features', 'synthetic', 'NSE', WEDNESDAY);
    const given = evaluatedManifest([WEDNESDAY]);
    const manifest = {
      ...{ ...given, feature_set: 'synthetic' },
      files: given.files.map((one) => ({ ...one, path: file!.path, sha256: file!.sha256 })),
    };
    world.ports = { ...world.ports, registry: { dayFile: async () => undefined } };
    const grid = gridOf([WEDNESDAY]);
    const record = await productionRecord(world.ports)({ candidate, grid, manifest });
    expect(record?.judge.held_out).toEqual(grid);
    expect(read).toEqual([file!.path]);
  });

  it('leaves blocked rows out of a replay, and does not step its regime on them', async () => {
    const seen: number[] = [];
    const load: ProductionPorts['load'] = async (own) => {
      const scorer = await loadBundle(own, openSession);
      const replay: typeof scorer.replay = (features, sessions) => {
        seen.push(sessions.length);
        return scorer.replay(features, sessions);
      };
      return { ...scorer, replay };
    };
    const files = withoutHeldOut(trained);
    const flagged = featureRowsOf(input, WEDNESDAY).map((row, at) =>
      at % 10 === 0 ? { ...row, quality_flags: ['stale_quotes'] } : row,
    );
    const lake = lakeFiles(memoryObjectStore(), hyparquetCodec);
    const file = await lake.write(featureTable(flagged, input.featureNames), (hash) => hash);
    world.ports = { ...world.ports, ...{ lake, load }, readFiles: async () => files };
    world.ports = { ...world.ports, registry: { dayFile: async () => file as never } };
    const grid = gridOf([WEDNESDAY]);
    const record = await ask(grid);
    expect(seen).toEqual([90]);
    const blocked = grid.filter(({ minute }) => (minute - 555) % 10 === 0).length;
    expect(record?.sources[0]).toMatchObject({ source: 'replayed', missing: blocked });
  });

  it('where it was live is what it answered: minutes without an answer are HOLD and counted', async () => {
    world.history = promoted(`${TUESDAY}T12:00:00.000Z`);
    const grid = gridOf([WEDNESDAY]);
    const asked = grid.map(({ minute }) => minute).slice(4);
    world.answers = answersOf(WEDNESDAY, asked);
    const record = await ask(grid);
    expect(record?.sources).toEqual([
      { session: WEDNESDAY, source: 'audited', minutes: grid.length, missing: 4, unasked: 0, why: null },
    ]);
    const [first, ...rest] = record!.judge.held_out.slice(3);
    expect(first).toMatchObject({ position: 0, label: null });
    expect(rest.every(({ position, buy }) => position === 1 && buy === 0.6)).toBe(true);
  });

  it('counts a HOLD that no model gave as its answer, and none of another target or version', async () => {
    world.history = promoted(`${TUESDAY}T12:00:00.000Z`);
    const [at, other, foreign] = gridOf([WEDNESDAY]).map(({ minute }) => minute) as [number, number, number];
    const [breaker, research, stranger] = answersOf(WEDNESDAY, [at, other, foreign]);
    world.answers = [
      aRecommendation({ ...breaker!, action: 'HOLD', probabilities: null, model_version: null }),
      aRecommendation({ ...research!, target: 'dir5' }),
      aRecommendation({ ...stranger!, model_version: 'another' }),
    ];
    const grid = gridOf([WEDNESDAY]);
    const record = await ask(grid);
    expect(record?.sources[0]).toMatchObject({ source: 'audited', unasked: 1, missing: grid.length - 1 });
  });

  it('was live for a part of a session: its bundle counts for all of it', async () => {
    world.history = promoted(`${WEDNESDAY}T05:30:00.000Z`);
    world.answers = answersOf(WEDNESDAY, [700]);
    expect((await ask(gridOf([WEDNESDAY])))?.sources[0]).toMatchObject({ source: 'held_out' });
  });

  it('was live, but nobody asked: its bundle is asked now, and the record says so', async () => {
    world.history = promoted(`${TUESDAY}T12:00:00.000Z`);
    const record = await ask(gridOf([WEDNESDAY]));
    expect(record?.sources[0]).toMatchObject({ source: 'replayed', missing: 0 });
    expect(record?.sources[0]?.why).toContain('not asked once');
    expect(record?.judge.held_out).toEqual(gridOf([WEDNESDAY]));
  });

  it('refuses an answer that is not the one that was given', async () => {
    world.history = promoted(`${TUESDAY}T12:00:00.000Z`);
    const [answer] = answersOf(WEDNESDAY, [700]);
    world.answers = [{ ...answer!, action: 'SELL' }];
    await expect(ask(gridOf([WEDNESDAY]))).rejects.toMatchObject({
      name: 'InvariantViolated',
      field: answer!.id,
    });
  });

  it('has no answer where the lake has no rows of its feature set', async () => {
    const files = withoutHeldOut(trained);
    world.ports = {
      ...world.ports,
      readFiles: async () => files,
      registry: { dayFile: async () => undefined },
    };
    const record = await ask(gridOf([WEDNESDAY]));
    expect(record?.judge.held_out).toEqual([]);
    expect(record?.sources[0]).toMatchObject({ source: null, minutes: 0 });
    expect(record?.sources[0]?.why).toContain('no rows of synthetic');
  });

  it('never answers for a session that its bundle may know, whenever it went live and whatever it was asked', async () => {
    const day = fc.integer({ min: 0, max: DAYS.length - 1 });
    const minute = fc.integer({ min: 0, max: 1439 });
    await fc.assert(
      fc.asyncProperty(day, day, minute, fc.subarray(DAYS), async (cutoff, since, at, asked) => {
        const training_cutoff = utcIso(istMs(DAYS[cutoff]!, 1439));
        world.live = { ...world.live, training_cutoff };
        world.history = promoted(utcIso(istMs(DAYS[since]!, at)));
        world.answers = asked.flatMap((one) => answersOf(one, [600]));
        const record = await ask(gridOf(DAYS));
        for (const { session, source } of record!.sources) {
          const isLater = session > DAYS[cutoff]!;
          expect(isLater ? ['audited', 'held_out', 'replayed'] : ['walk_forward', null]).toContain(source);
          if (source === 'audited') expect(session >= DAYS[since]! && asked.includes(session)).toBe(true);
        }
        const own = new Set(record!.judge.held_out.map(({ session }) => session));
        expect([...own].every((session) => session > DAYS[cutoff]!)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['an exploratory bundle', { exploratory: true }],
    ['a cutoff that its held-out days do not respect', { training_cutoff: utcIso(istMs(WEDNESDAY, 1439)) }],
  ])('uses no scores that it may have learnt from: %s', async (_name, change) => {
    world.live = { ...world.live, ...change };
    const record = await ask(gridOf(DAYS));
    const sources = record!.sources.filter(({ source }) => source !== null).map(({ session }) => session);
    const doubtful = 'exploratory' in change ? rows.forward : rows.heldOut;
    for (const { session } of doubtful) expect(sources).not.toContain(session);
  });
});

/** The bundle as it would be without sessions kept back: what is later has to be asked of it. */
function withoutHeldOut({ files, bundle }: Candidate): Map<string, Uint8Array> {
  const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const columns = JSON.parse(new TextDecoder().decode(files.get('holdout.json')));
  const empty = encoded(Object.fromEntries(Object.keys(columns).map((name) => [name, []])));
  const hashes = { ...bundle.files, 'holdout.json': sha256Hex(empty) };
  return new Map(files).set('holdout.json', empty).set('bundle.json', encoded({ ...bundle, files: hashes }));
}
