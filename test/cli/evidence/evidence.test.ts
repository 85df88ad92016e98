import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trustedCheckpoint } from '../../../cli/audit/checkpoint.ts';
import { prove } from '../../../cli/audit/proof.ts';
import { evidenceFiles } from '../../../cli/evidence/contents.ts';
import { writeEvidence } from '../../../cli/evidence/folder.ts';
import { sealedProofs } from '../../../cli/evidence/sealed-proofs.ts';
import { keepingReads } from '../../../cli/replay/kept-reads.ts';
import { openReplays } from '../../../cli/replay/open.ts';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { seal } from '../../../shared/domain/audit/leaf-hash.ts';
import { recordName } from '../../../shared/domain/audit/log-entry.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aFollowedOutcome, aTradeMark } from '../../factories/outcome.ts';
import { aTrade } from '../../factories/recommendation.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { auditWorld } from '../../functions/audit/audit-world.ts';
import { fastDay, replayWorld } from '../../functions/score/replay-world.ts';
import { runOi } from '../run-oi.ts';

const TRADE_ID = 'T-17';
const parent = mkdtempSync(join(tmpdir(), 'evidence-'));
const folder = join(parent, 'evidence');
let cloud: EmbeddedCloud;
let recorded: Recommendation;
let missing: readonly string[];

const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));

beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  const world = await replayWorld(cloud);
  world.time.nowMs = Date.UTC(2025, 11, 4, 3);
  const live = await world.goLive(await trainedCandidate(trackerMarket()));
  const day = fastDay(33, 60);
  recorded = (await world.play(day)).at(-1)!;
  await world.write(day);
  const audit = await auditWorld(cloud);
  await audit.store.add(recorded);
  const opened = aTrade(recorded, { trade_id: TRADE_ID, symbol: 'NIFTY26JAN26000CE' });
  await audit.store.addTrade(opened);
  const { trade_id, timestamp, status } = opened;
  const said = {
    by: 'operator/asha',
    recommendation_id: recorded.id,
    recorded_at: '2025-12-04T10:00:00.000Z',
  };
  await audit.store.addFeedback(seal({ ...said, label: 1 as const, note: 'rose on the news' }));
  await sealRecords(audit)([
    { kind: 'recommendation', id: recorded.id },
    { kind: 'trade', trade_id, timestamp, status },
    { kind: 'feedback', ...said },
  ]);
  const source = { where: 'test', files: audit.bucket, log: audit.tiles };
  const trusted = await trustedCheckpoint(source, undefined);
  const proofs = [
    ...(await prove(source, trusted, recorded.id)),
    ...(await prove(source, trusted, TRADE_ID)),
  ];
  // The lake's files and the bundle are in two buckets here.
  const { registry, summaries, bucket: lake } = world.ports;
  const bucket = {
    get: (key: string) => (/^(models|reports)\//.test(key) ? world.bucket : lake).get(key),
    list: (prefix: string) => world.bucket.list(prefix),
  };
  const { sources, kept } = keepingReads({ registry, summaries, bucket, models: world.models });
  const replay = await openReplays(sources)(recorded);
  const model = { ...live, verdict_key: `reports/NSE/tb15/${live.version}/verdict-00c0ffee.json` };
  await world.bucket.put(model.verdict_key, '{"pass":true}');
  await sources.bucket.get(model.verdict_key);
  const [deployment = null] = await world.models.history('NSE', 'tb15');
  const made = evidenceFiles({
    trail: {
      ...(await audit.store.trail(recorded.id)),
      marks: [aTradeMark({ trade_id: TRADE_ID, recommendation_id: recorded.id })],
      outcomes: [aFollowedOutcome(recorded, { trade_id: TRADE_ID, trade_pnl: 1500 })],
    },
    ...{ replay: { ...replay }, model, deployment, proofs, ...kept },
  });
  missing = made.missing.map(({ path }) => path);
  writeEvidence(folder, 'Evidence', made.files, made.missing);
}, 120_000);
afterAll(async () => {
  await cloud.stop();
  rmSync(parent, { recursive: true, force: true });
});

describe('a folder of evidence', () => {
  it('holds the answer, its row, who put its model live, and what it was computed from', () => {
    expect(read('recommendation.json')).toEqual(recorded);
    expect(read('features.json').values.vix).toBe(recorded.features_summary['vix']);
    expect(read('deployment.json')).toMatchObject({ event: 'promoted', operator: 'asha' });
    expect(read('model.json').version).toBe(recorded.model_version);
    expect(missing).toEqual([]);
    const { files } = read('index.json') as { files: { what: string }[] };
    const kinds = new Set(files.map(({ what }) => what));
    for (const kind of ['snapshots of the day', 'of the bundle', 'the verdict'])
      expect(kinds).toContain(kind);
  });

  it('holds its trade with mark and outcome, and a proof of each record', () => {
    expect(read('trades.json')).toMatchObject([{ trade_id: TRADE_ID, recommendation_id: recorded.id }]);
    expect(read('marks.json')).toMatchObject([{ trade_id: TRADE_ID, marked_pnl: 1500, claimed_pnl: 2250 }]);
    expect(read('outcomes.json')).toMatchObject([{ recommendation_id: recorded.id, trade_pnl: 1500 }]);
    const entries = (read('audit-proof.json') as { entry: string }[]).map(({ entry }) => JSON.parse(entry));
    expect(entries.map(recordName)).toEqual([
      expect.stringMatching(`^feedback ${recorded.id} .* operator/asha$`),
      `recommendation ${recorded.id}`,
      expect.stringMatching(`^trade ${TRADE_ID} .* executed$`),
    ]);
    expect(read('feedback.json')).toMatchObject([{ label: 1, note: 'rose on the news' }]);
  });

  it('has proofs of what is sealed, and says of which records there is none', async () => {
    const audit = await auditWorld(cloud);
    const { made } = await audit.recommended(2);
    const [first, second] = made as [Recommendation, Recommendation];
    const source = { where: 'test', files: audit.bucket, log: audit.tiles };
    expect(await sealedProofs(source, [first.id])).toEqual([]);
    const trade = aTrade(first, { trade_id: 'T-1' });
    const closed = { ...trade, status: 'closed', timestamp: '2025-12-04T12:50:00+05:30' } as const;
    for (const report of [trade, closed]) await audit.store.addTrade(report);
    const { timestamp, status } = trade;
    await sealRecords(audit)([
      { kind: 'recommendation', id: second.id },
      { kind: 'trade', trade_id: 'T-1', timestamp, status },
    ]);
    const proofs = await sealedProofs(source, [first.id, 'T-1', second.id]);
    expect(proofs.map(({ index }) => index)).toEqual([1, 0]);
    const trail = await audit.store.trail(first.id);
    const nothing = { answers: {}, files: new Map(), model: null, deployment: null };
    const evidence = evidenceFiles({ trail, replay: { row: null }, ...nothing, proofs: proofs.slice(0, 1) });
    const unproved = evidence.missing.filter(({ path }) => path === 'audit-proof.json').map(({ why }) => why);
    expect(unproved).toEqual([
      expect.stringMatching(`^recommendation ${first.id} is not sealed yet`),
      expect.stringMatching('^trade T-1 .* closed is not sealed yet'),
    ]);
  });

  it('tells all of it in plain words, without colours', () => {
    const page = readFileSync(join(folder, 'explanation.txt'), 'utf8');
    expect(page).toContain(`${recorded.id}  model ${recorded.model_version}`);
    expect(page).toContain(`trade ${TRADE_ID} bought 2 x NIFTY26JAN26000CE`);
    expect(page).toContain('BUY is named from');
    expect(page).not.toContain('\u001b');
  });

  it('is checked without the environment: hashes, proof, and the answer again', () => {
    const sums = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' });
    expect(sums).not.toContain('FAILED');
    const proof = runOi(parent, 'audit', 'verify', '--proof', join(folder, 'audit-proof.json'), '--json');
    expect(proof.last()).toMatchObject({
      ok: true,
      proofs: [
        { name: expect.stringMatching(/^feedback .* operator\/asha$/) },
        { name: `recommendation ${recorded.id}`, leaf_hash: recorded.leaf_hash },
        { name: expect.stringContaining(TRADE_ID) },
      ],
    });
    const again = runOi(parent, 'replay', '--from', folder, '--json');
    expect(again.last()).toMatchObject({ ok: true, status: 'identical', differences: [] });
    expect(again.status).toBe(0);
  });

  it('shows a number of the record that was changed', () => {
    const file = join(folder, 'recommendation.json');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...recorded, confidence: recorded.confidence + 1e-12 }));
    const again = runOi(parent, 'replay', '--from', folder, '--json');
    writeFileSync(file, before);
    expect(again.status).toBe(1);
    expect(again.last().differences[0]).toEqual({
      field: 'confidence',
      recorded: recorded.confidence + 1e-12,
      replayed: recorded.confidence,
    });
  });

  it('refuses to write over a folder, and to read one that is none', () => {
    expect(() => writeEvidence(folder, 'again', [], [])).toThrow(
      /^--into: expected a folder that is not there/,
    );
    const { status, stderr } = runOi(parent, 'replay', '--from', parent);
    expect(status).not.toBe(0);
    expect(stderr).toContain('--from: expected a folder that ./oi evidence wrote');
  });
});
