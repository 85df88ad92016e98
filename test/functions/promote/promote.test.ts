import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '../../../functions/promote/record-refusal.ts';
import { switchPointer, type Undo } from '../../../functions/promote/switch-pointer.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { failOnce, withFaults } from '../faults.ts';
import { asked, type PromotionWorld, promotionWorld } from './promotion-world.ts';

let cloud: EmbeddedCloud;
let candidates: Candidate[];
let world: PromotionWorld;
let first: ModelVersion;
let second: ModelVersion;
let third: ModelVersion;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  candidates = [];
  for (const seed of [1, 2, 3]) candidates.push(await trainedCandidate({ ...trackerMarket(), seed }));
});
beforeEach(async () => {
  world = await promotionWorld(cloud);
  const rows: ModelVersion[] = [];
  for (const candidate of candidates) rows.push(await world.register(candidate));
  [first, second, third] = rows as [ModelVersion, ModelVersion, ModelVersion];
});
afterAll(() => cloud.stop());

const rolledBack = asked('', { action: 'rollback', reason: 'worse', version: undefined });

describe('verify', () => {
  it('plans the switch of an approved bundle that proves itself', async () => {
    const plan = await world.verify(asked(first.version));
    expect(plan.change.pointer).toMatchObject({
      version: first.version,
      previous_version: null,
      revision: 1,
    });
    expect(plan.change.history).toMatchObject({
      event: 'promoted',
      execution: 'promotion:1',
      override: false,
    });
    expect(await world.liveVersion()).toBeNull();
  });

  it.each(['model.onnx', 'regime.json', 'decision.json', 'reference.json', 'trees.json', 'report.json'])(
    'finds that %s of the bundle was changed',
    async (path) => {
      const key = `${first.bundle_prefix}${path}`;
      const bytes = Buffer.from(await world.bucket.get(key));
      bytes[bytes.length - 2] = bytes[bytes.length - 2]! ^ 1;
      await world.bucket.put(key, bytes);
      await expect(world.verify(asked(first.version))).rejects.toMatchObject({
        name: 'InvariantViolated',
        message: expect.stringContaining(path),
      });
    },
  );

  it('finds that a file of the bundle is gone', async () => {
    await world.bucket.remove([`${first.bundle_prefix}model.onnx`]);
    await expect(world.verify(asked(first.version))).rejects.toThrow(/model\.onnx: .*absent/);
  });

  it('finds a bundle that is whole, but not the one that was judged', async () => {
    for (const [path, bytes] of candidates[1]!.files) {
      await world.bucket.put(`${first.bundle_prefix}${path}`, bytes);
    }
    await expect(world.verify(asked(first.version))).rejects.toMatchObject({
      name: 'InvariantViolated',
      field: `${first.bundle_prefix}bundle.json`,
    });
  });

  it('finds that the verdict was changed', async () => {
    const text = Buffer.from(await world.bucket.get(first.verdict_key!)).toString();
    await world.bucket.put(first.verdict_key!, text.replace('"pass":true', '"pass" :true'));
    await expect(world.verify(asked(first.version, { override: true }))).rejects.toMatchObject({
      name: 'InvariantViolated',
      message: expect.stringContaining(first.verdict_key!),
    });
  });

  it.each([
    ['no operator', { operator: ' ' }, /operator/],
    ['no reason', { reason: '' }, /reason/],
    ['no version', { version: undefined }, /expected the version to promote/],
  ])('refuses with %s', async (_, change, message) => {
    const refused = world.verify({ ...asked(first.version), ...change } as ReturnType<typeof asked>);
    await expect(refused).rejects.toMatchObject({
      name: 'RejectedInput',
      message: expect.stringMatching(message),
    });
  });

  it('refuses what the gate refused, naming the rules, unless it is overridden', async () => {
    const other = await promotionWorld(cloud);
    const failed = await other.register(candidates[0]!, false);
    await expect(other.verify(asked(failed.version))).rejects.toThrow('sharpe, enough-evidence');
    const plan = await other.verify(asked(failed.version, { override: true }));
    expect(plan.change.history.override).toBe(true);
  });

  it('does not roll back to what the gate refused, unless it is overridden', async () => {
    const other = await promotionWorld(cloud);
    const failed = await other.register(candidates[0]!, false);
    const passed = await other.register(candidates[1]!);
    await other.change(await other.verify(asked(failed.version, { override: true })));
    await other.promote(passed.version);
    await expect(other.verify(rolledBack)).rejects.toMatchObject({
      name: 'RejectedInput',
      message: expect.stringContaining(`the gate refused version ${failed.version}`),
    });
    const plan = await other.verify({ ...rolledBack, override: true });
    expect(plan.change.history).toMatchObject({ event: 'rolled_back', override: true });
  });

  it('says which version is unknown', async () => {
    await expect(world.verify(asked('2020-01-01-00000000'))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('refuses to promote what is live, and to roll back what has nothing before it', async () => {
    await world.promote(first.version);
    await expect(world.verify(asked(first.version))).rejects.toThrow('already live');
    await expect(world.verify(rolledBack)).rejects.toThrow('no version was live before');
  });
});

describe('switch', () => {
  it('makes a version live, then the next, and back again', async () => {
    expect(await world.promote(first.version)).toMatchObject({ from: null, to: first.version });
    const switched = await world.promote(second.version);
    expect(switched).toMatchObject({
      from: first.version,
      to: second.version,
      compliance_class: 'parameters',
    });
    await world.change(await world.verify(rolledBack));
    expect(await world.liveVersion()).toBe(first.version);
    expect(await world.events()).toEqual([
      ['promoted', first.version],
      ['promoted', second.version],
      ['rolled_back', first.version],
    ]);
  });

  it('lets exactly one of several racing promotions win; the others get Conflict', async () => {
    await world.promote(first.version);
    const versions = [second.version, third.version, second.version, third.version];
    const plans: Awaited<ReturnType<typeof world.verify>>[] = [];
    for (const [at, version] of versions.entries()) {
      plans.push(await world.verify(asked(version, { execution: `promotion:${at}` })));
    }
    const results = await Promise.allSettled(plans.map((plan) => world.change(plan)));
    const lost = results.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(3);
    for (const { reason } of lost) expect(['Conflict', 'Temporary']).toContain(reason.name);
    const losers = plans.filter((_, at) => results[at]?.status === 'rejected');
    for (const plan of losers) await expect(world.change(plan)).rejects.toMatchObject({ name: 'Conflict' });
    expect(await world.events()).toHaveLength(2);
    const statuses = (await world.models.versions('NSE', 'tb15')).map(({ status }) => status);
    expect(statuses.sort()).toEqual(['approved', 'live', 'retired']);
  });

  it('is done once when its answer was lost and its execution tries again', async () => {
    const plan = await world.verify(asked(first.version));
    const losing = switchPointer({
      models: withFaults(world.models, failOnce('apply', 'after')),
      clock: () => START_MS,
    });
    await expect(losing(plan)).rejects.toMatchObject({ name: 'Temporary' });
    expect(await losing(plan)).toMatchObject({ from: null, to: first.version });
    expect(await world.events()).toEqual([['promoted', first.version]]);
  });

  it('lets a rollback and a promotion race: one wins', async () => {
    await world.promote(first.version);
    await world.promote(second.version);
    const plans = [await world.verify(asked(third.version)), await world.verify(rolledBack)];
    const results = await Promise.allSettled(plans.map((plan) => world.change(plan)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await world.events()).toHaveLength(3);
  });
});

describe('undo', () => {
  it('returns to the version before', async () => {
    await world.promote(first.version);
    const { undo } = await world.promote(second.version);
    await world.change({ ...(undo as Undo), cause: '{"errorMessage":"no answer"}' });
    expect(await world.liveVersion()).toBe(first.version);
    const history = await world.models.history('NSE', 'tb15');
    expect(history.at(-1)).toMatchObject({ event: 'rolled_back', reason: 'confirmation failed: no answer' });
  });

  it('returns to what is live by an override, too, and the history says so', async () => {
    const other = await promotionWorld(cloud);
    const failed = await other.register(candidates[0]!, false);
    const passed = await other.register(candidates[1]!);
    await other.change(await other.verify(asked(failed.version, { override: true })));
    const { undo } = await other.promote(passed.version);
    await other.change({ ...(undo as Undo), cause: 'no answer' });
    expect(await other.liveVersion()).toBe(failed.version);
    const history = await other.models.history('NSE', 'tb15');
    expect(history.at(-1)).toMatchObject({ event: 'rolled_back', override: true });
  });

  it('of a first promotion leaves nothing live, and can be followed by a promotion', async () => {
    const { undo } = await world.promote(first.version);
    expect(await world.change(undo as Undo)).toMatchObject({ from: first.version, to: null, undo: null });
    expect(await world.models.livePointer('NSE', 'tb15')).toBeUndefined();
    await world.promote(second.version);
    expect(await world.events()).toEqual([
      ['promoted', first.version],
      ['withdrawn', null],
      ['promoted', second.version],
    ]);
  });

  it('does not touch what somebody else made live since', async () => {
    const { undo } = await world.promote(first.version);
    await world.promote(second.version);
    await expect(world.change(undo as Undo)).rejects.toMatchObject({ name: 'Conflict' });
    expect(await world.liveVersion()).toBe(second.version);
  });
});

describe('confirm', () => {
  const switched = { exchange: 'NSE' as const, target: 'tb15', to: 'new', compliance_class: 'parameters' };

  it('asks with a probe until the new version answers, and gives the switch on', async () => {
    const { confirm, asked: requests, pauses } = world.confirm([null, 'old', 'new']);
    expect(await confirm(switched)).toBe(switched);
    expect(requests).toHaveLength(3);
    expect(requests[0]).toEqual({
      method: 'POST',
      path: '/v1/score',
      body: { exchange: 'NSE', target: 'tb15', probe: true },
    });
    expect(pauses).toEqual([1000, 1000]);
  });

  it.each([
    ['old', 'old'],
    [null, 'no model'],
  ])('names what answered instead: %s', async (version, word) => {
    const { confirm, asked: requests } = world.confirm([version]);
    await expect(confirm(switched)).rejects.toMatchObject({
      name: 'InvariantViolated',
      message: expect.stringMatching(new RegExp(`expected new .*was ${word}`)),
    });
    expect(requests).toHaveLength(8);
  });
});

describe('refuse', () => {
  it.each([
    ['RejectedInput', 'refused'],
    ['Conflict', 'failed'],
    ['InvariantViolated', 'failed'],
  ])('records %s as %s and moves nothing', async (error, event) => {
    await world.promote(first.version);
    const cause = JSON.stringify({ errorMessage: 'words of the error', errorType: error });
    const row = await world.refuse({ request: asked(second.version), error, cause });
    expect(row).toMatchObject({
      event,
      from_version: first.version,
      to_version: second.version,
      refusal: 'words of the error',
      pointer_revision: 1,
      execution: 'promotion:1',
    });
    expect((await world.models.history('NSE', 'tb15')).at(-1)).toEqual(row);
    expect(await world.liveVersion()).toBe(first.version);
  });

  it('records a refused rollback as what it would have been', async () => {
    await world.promote(first.version);
    await world.promote(second.version);
    const refusal = { request: rolledBack, error: 'RejectedInput', cause: 'needs an override' };
    expect(await world.refuse(refusal)).toMatchObject({
      event: 'refused',
      ...{ from_version: second.version, to_version: first.version, compliance_class: 'parameters' },
    });
  });

  it('records a rollback with nothing to return to', async () => {
    const refusal = { request: rolledBack, error: 'NotFound', cause: 'rollback: expected a live version' };
    expect(await world.refuse(refusal)).toMatchObject({ from_version: null, to_version: null });
  });

  it('finds the words in any cause', () => {
    expect(messageOf('{"errorMessage":"no verdict"}')).toBe('no verdict');
    expect(messageOf('timed out')).toBe('timed out');
    expect(messageOf('{"other":1}')).toBe('{"other":1}');
    expect(messageOf('')).toBe('no reason given');
  });
});
