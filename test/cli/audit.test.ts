import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedNote, trustedCheckpoint } from '../../cli/audit/checkpoint.ts';
import { copyLog } from '../../cli/audit/copy.ts';
import { checkProof, prove, tilesOf } from '../../cli/audit/proof.ts';
import { folderSource, type LogSource } from '../../cli/audit/source.ts';
import { verifyAudit } from '../../cli/audit/verify.ts';
import { sealRecords } from '../../functions/audit/seal-records.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import {
  type Checkpoint,
  checkpointText,
  signedCheckpoint,
  verifierKeyText,
} from '../../shared/domain/audit/checkpoint.ts';
import { seal } from '../../shared/domain/audit/leaf-hash.ts';
import { EMPTY_LOG } from '../../shared/domain/audit/log-entry.ts';
import { hashText } from '../../shared/domain/audit/merkle/node-hash.ts';
import { rangeHash } from '../../shared/domain/audit/merkle/tile-tree.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../contract/embedded-cloud.ts';
import { aTrade } from '../factories/recommendation.ts';
import { type AuditWorld, auditWorld } from '../functions/audit/audit-world.ts';
import { runOi } from './run-oi.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-'));
const copy = join(folder, 'log');
const older = join(folder, 'older-checkpoint');
const asked = { key: undefined, since: undefined };
const quiet = () => undefined;
let cloud: EmbeddedCloud;
let world: AuditWorld;
let source: LogSource;
let made: Recommendation[];

beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  world = await auditWorld(cloud);
  source = { where: 'test', files: world.bucket, log: world.tiles, head: world.log.head };
  const first = await world.recommended(3);
  await sealRecords(world)(first.refs);
  writeFileSync(older, (await world.tiles.checkpoint()) as string);
  const trade = aTrade(first.made[1]!, { trade_id: 'T-9' });
  await world.store.addTrade(trade);
  const second = await world.recommended(4, 3);
  const { timestamp, status } = trade;
  await sealRecords(world)([...second.refs, { kind: 'trade', trade_id: 'T-9', timestamp, status }]);
  made = [...first.made, ...second.made];
  await copyLog(source, await trustedCheckpoint(source, undefined), copy, quiet);
}, 60_000);
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('an audit log that nobody touched', () => {
  it('verifies where it is written and as a copy', async () => {
    const here = await verifyAudit(source, asked, quiet);
    expect(here).toMatchObject({ entries: 8, recommendations: 7, trades: 1, since: null, broken: null });
    expect(await verifyAudit(folderSource(copy), asked, quiet)).toEqual(here);
    expect(here.verifier_key).toBe(verifierKeyText(world.signer.key));
  });

  it('goes on from an older checkpoint', async () => {
    const report = await verifyAudit(source, { ...asked, since: readFileSync(older, 'utf8') }, quiet);
    expect(report).toMatchObject({ since: 3, broken: null });
  });

  it('proves a recommendation, and every report of a trade, to whoever has the key', async () => {
    const trusted = await trustedCheckpoint(source, undefined);
    const key = verifierKeyText(world.signer.key);
    for (const [index, { id, leaf_hash }] of made.entries()) {
      const [proof, ...rest] = await prove(source, trusted, id);
      expect(rest).toEqual([]);
      expect(checkProof(proof!, key)).toMatchObject({
        ...{ name: `recommendation ${id}`, index, leaf_hash, size: 8 },
      });
      const changed = { ...proof!, entry: proof!.entry.replace('"confidence":0', '"confidence":1') };
      expect(() => checkProof(changed, key)).toThrow(/^proof: expected recommendation/);
      expect(() => checkProof({ ...proof!, index: index ^ 1 }, key)).toThrow(/was not there/);
    }
    const proofs = await prove(source, trusted, 'T-9');
    expect(proofs.map((proof) => checkProof(proof, undefined).index)).toEqual([7]);
    await expect(prove(source, trusted, 'T-10')).rejects.toMatchObject({ name: 'NotFound', field: 'id' });
  });

  it('proves labels of operators with their recommendation, and orders by their scope', async () => {
    const other = await auditWorld(cloud);
    const { made: answers, refs } = await other.recommended(1);
    const feedback = {
      recommendation_id: answers[0]!.id,
      label: -1,
      note: null,
      by: 'operator/asha',
    } as const;
    const said = seal({ ...feedback, recorded_at: '2025-12-04T08:00:00.000Z' });
    await other.store.addFeedback(said);
    const risk = dynamoRiskStore(cloud.dynamodb, await cloud.table(), other.table);
    const order = { operator: 'asha', reason: 'budget', caller: null, scope: 'NSE' } as const;
    const at = '2025-12-04T09:00:00.000Z';
    await risk.control({ ...order, action: 'halt', at, revision: 1 });
    await risk.control({ ...order, action: 'resume', at, revision: 2 });
    await sealRecords(other)([
      ...refs,
      { kind: 'feedback', ...said },
      { kind: 'control', scope: 'NSE', at, revision: 1 },
      { kind: 'control', scope: 'NSE', at, revision: 2 },
    ]);
    const log = { where: 'other', files: other.bucket, log: other.tiles, head: other.log.head };
    expect(await verifyAudit(log, asked, quiet)).toMatchObject({
      recommendations: 1,
      feedback: 1,
      controls: 2,
    });
    const trusted = await trustedCheckpoint(log, undefined);
    const names = async (id: string) =>
      (await prove(log, trusted, id)).map((proof) => checkProof(proof, undefined).name);
    expect(await names('NSE')).toEqual(['control NSE 2', 'control NSE 1']);
    expect(await names(said.recommendation_id)).toEqual([
      `feedback ${said.recommendation_id} ${said.recorded_at} operator/asha`,
      `recommendation ${said.recommendation_id}`,
    ]);
    await expect(prove(log, trusted, 'BSE')).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('is copied once: the second time only what is new is written', async () => {
    const again = await copyLog(source, await trustedCheckpoint(source, undefined), copy, quiet);
    expect(again).toBe(2);
    expect(readdirSync(copy).sort()).toEqual(['checkpoint', 'tile', 'verifier-key']);
  });
});

describe('a log that is not what was signed', () => {
  it('whose end was cut off is shown by the table, and by a newer checkpoint that was kept', async () => {
    const files = { ...world.tiles, checkpoint: async () => readFileSync(older, 'utf8') };
    const cut = await verifyAudit({ ...source, log: files }, asked, quiet);
    expect(cut.broken).toEqual({
      index: 3,
      why: expect.stringMatching(/the table knows 8 entries: its end was cut off/),
    });
    const { head: _unknown, ...copied } = { ...source, log: files };
    expect((await verifyAudit(copied, asked, quiet)).broken).toBeNull();
    const since = (await world.tiles.checkpoint()) as string;
    const kept = await verifyAudit(copied, { ...asked, since }, quiet);
    expect(kept.broken?.why).toMatch(/the older checkpoint knows 8 entries/);
  });

  it("that does not go on from what was signed before, or bears another log's name, is told", async () => {
    const { key, sign } = world.signer;
    const signed = (checkpoint: Checkpoint) =>
      signedCheckpoint(checkpoint, key, sign(new TextEncoder().encode(checkpointText(checkpoint))));
    const forked = signed({ origin: key.name, size: 3, root: new Uint8Array(32) });
    const report = await verifyAudit(source, { ...asked, since: forked }, quiet);
    expect(report.broken).toEqual({
      index: 0,
      why: 'the first 3 entries are not those of the older checkpoint',
    });
    const { size, root } = (await trustedCheckpoint(source, undefined)).checkpoint;
    const checkpoint = async () => signed({ origin: 'oi-loop/another', size, root });
    await expect(
      verifyAudit({ ...source, log: { ...world.tiles, checkpoint } }, asked, quiet),
    ).rejects.toThrow(/or is of another log/);
  });

  it('that was written and signed anew is shown by the table', async () => {
    const other = await auditWorld(cloud);
    await sealRecords(other)((await other.recommended(2)).refs);
    const log = { where: 'anew', files: other.bucket, log: other.tiles };
    const head = async () => ({ ...(await other.log.head()), root: 'ab'.repeat(32) });
    expect(await verifyAudit({ ...log, head: other.log.head }, asked, quiet)).toMatchObject({ broken: null });
    const why = 'the first 2 entries are not those of the table';
    expect((await verifyAudit({ ...log, head }, asked, quiet)).broken).toEqual({ index: 0, why });
    // The table's head moves last: a checkpoint may be further.
    await sealRecords(other)((await other.recommended(1, 2)).refs);
    const behind = { size: 2, root: hashText(await rangeHash(tilesOf(log), 3, 0, 2)) };
    const at = async (root: string) =>
      (await verifyAudit({ ...log, head: async () => ({ ...behind, root }) }, asked, quiet)).broken;
    expect(await at(behind.root)).toBeNull();
    expect(await at('ab'.repeat(32))).toEqual({ index: 0, why });
  });

  it('has not yet begun, unless the table knows of entries', async () => {
    const checkpoint = async () => undefined;
    const bare = { ...source, log: { ...world.tiles, checkpoint } };
    await expect(verifyAudit(bare, asked, quiet)).rejects.toThrow(/over the 8 entries that the table knows/);
    const empty = { ...bare, head: async () => EMPTY_LOG };
    await expect(verifyAudit(empty, asked, quiet)).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('does not replace the copy that shows what was cut off', async () => {
    const kept = readFileSync(join(copy, 'checkpoint'), 'utf8');
    const cut = signedNote(readFileSync(older, 'utf8'), verifierKeyText(world.signer.key));
    await expect(copyLog(source, cut, copy, quiet)).rejects.toThrow(
      /expected to go on from .*checkpoint, was another: the log ends here, but the copy knows 8 entries/,
    );
    expect(readFileSync(join(copy, 'checkpoint'), 'utf8')).toBe(kept);
  });

  it('is of another key than the one that was kept', async () => {
    const other = (await auditWorld(cloud)).signer.key;
    const key = verifierKeyText({ ...other, name: world.signer.key.name });
    await expect(verifyAudit(source, { ...asked, key }, quiet)).rejects.toThrow(/expected a signature of/);
  });
});

describe('./oi audit', () => {
  const key = join(folder, 'key');
  it('verifies a copy, and says where it was changed', () => {
    const oi = (...args: string[]) => runOi(folder, 'audit', ...args);
    writeFileSync(key, oi('key', '--from', copy).stdout);
    const whole = oi('verify', '--from', copy, '--key', key, '--since', older);
    expect(whole.stdout).toMatch(
      /8 entries \(7 recommendations, 1 reports of trades\), whole\n {2}root [0-9a-f]{64}\n/,
    );
    expect(whole.stdout).toMatch(/goes on from the 3 entries of the older checkpoint/);
    expect(whole.status).toBe(0);
    const bundle = join(copy, 'tile/entries/000.p/8');
    const good = readFileSync(bundle);
    writeFileSync(bundle, good.toString('latin1').replace('"confidence":0', '"confidence":1'), 'latin1');
    const broken = oi('verify', '--from', copy, '--key', key, '--json');
    expect([broken.status, broken.last().ok, broken.last().broken.index]).toEqual([1, false, 0]);
    expect(broken.stderr).toMatch(/BROKEN at entry 0 of 8\n {2}the entry hashes to/);
    writeFileSync(bundle, good);
  });

  it('writes a proof that stands alone, and refuses a changed one', () => {
    const file = join(folder, 'proof.json');
    const id = made[2]!.id;
    const proved = runOi(folder, 'audit', 'prove', id, '--from', copy, '--into', file);
    expect(proved.stdout).toContain(`recommendation ${id}: entry 2 of 8`);
    const checked = runOi(folder, 'audit', 'verify', '--proof', file, '--key', key);
    expect(checked.stdout).toMatch(
      new RegExp(`recommendation ${id}: entry 2 of 8, proved\n  signed by oi-loop/`),
    );
    writeFileSync(file, readFileSync(file, 'utf8').replace('"index": 2', '"index": 3'));
    const changed = runOi(folder, 'audit', 'verify', '--proof', file);
    expect([changed.status, changed.stderr]).toEqual([
      2,
      expect.stringMatching(/^oi: proof: expected recommendation/),
    ]);
  });

  it('refuses proofs of two keys, of which it would name one', async () => {
    const other = await auditWorld(cloud);
    const { made: others, refs } = await other.recommended(1);
    await sealRecords(other)(refs);
    const log = { where: 'other', files: other.bucket, log: other.tiles };
    const proofs = [
      ...(await prove(source, await trustedCheckpoint(source, undefined), made[0]!.id)),
      ...(await prove(log, await trustedCheckpoint(log, undefined), others[0]!.id)),
    ];
    const file = join(folder, 'two-keys.json');
    writeFileSync(file, JSON.stringify(proofs));
    const { status, stderr } = runOi(folder, 'audit', 'verify', '--proof', file);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^oi: --proof: expected proofs of one key, was 2/),
    ]);
  });

  it('refuses a proof whose path holds no hashes', async () => {
    const [proof] = await prove(source, await trustedCheckpoint(source, undefined), made[0]!.id);
    for (const bytes of [31, 65]) {
      const path = [Buffer.alloc(bytes).toString('base64'), ...proof!.path.slice(1)];
      expect(() => checkProof({ ...proof!, path }, undefined)).toThrow(/^proof: expected recommendation/);
    }
  });

  it('says what is not there', () => {
    expect(runOi(folder, 'audit', 'verify', '--from', folder).stderr).toMatch(
      /expected a copy of an audit log/,
    );
    expect(runOi(folder, 'audit', 'verify', '--proof', join(folder, 'none')).stderr).toMatch(
      /--proof: expected a file/,
    );
    expect(runOi(folder, 'audit', 'verify', '--proof', older).stderr).toMatch(
      /expected proofs as .\/oi audit prove/,
    );
  });
});
