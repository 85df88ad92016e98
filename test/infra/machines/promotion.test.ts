import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { asked, type PromotionWorld, promotionWorld } from '../../functions/promote/promotion-world.ts';
import { DEFINITION, openStage, type Stage } from './promotion-machine.ts';

let cloud: EmbeddedCloud;
let candidates: Candidate[];
let world: PromotionWorld;
let first: ModelVersion;
let second: ModelVersion;
let stage: Stage;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  candidates = [];
  for (const seed of [1, 2]) candidates.push(await trainedCandidate({ ...trackerMarket(), seed }));
});
beforeEach(async () => {
  world = await promotionWorld(cloud);
  const rows: ModelVersion[] = [];
  for (const candidate of candidates) rows.push(await world.register(candidate));
  [first, second] = rows as [ModelVersion, ModelVersion];
  stage = openStage(world);
});
afterEach(() => stage.machine.close());
afterAll(() => cloud.stop());

const { execution: _none, ...request } = asked('');
const run = (version: string) => stage.machine.run(DEFINITION, { ...request, version });

describe('the promotion machine', () => {
  it('switches, confirms and tells', async () => {
    stage.answering = [first.version];
    const { status, output } = await run(first.version);
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output!)).toMatchObject({ from: null, to: first.version });
    expect(await world.liveVersion()).toBe(first.version);
    const history = await world.models.history('NSE', 'tb15');
    expect(history[0]?.execution).toMatch(/:execution:/);
    expect(stage.told.length).toBeGreaterThan(0);
  });

  it('takes a first version out of service that does not answer', async () => {
    stage.answering = [null];
    const { status, error, cause } = await run(first.version);
    expect([status, error]).toEqual(['FAILED', 'SwitchedBack']);
    expect(cause).toMatch(
      /^the new version was taken back: confirmation failed: score: expected .*no model$/,
    );
    expect(await world.liveVersion()).toBeNull();
    expect(await world.events()).toEqual([
      ['promoted', first.version],
      ['withdrawn', null],
    ]);
  });

  it('returns to the version before when the new one does not answer', async () => {
    stage.answering = [first.version];
    await run(first.version);
    const { error } = await run(second.version);
    expect(error).toBe('SwitchedBack');
    expect(await world.liveVersion()).toBe(first.version);
    const reason = (await world.models.history('NSE', 'tb15')).at(-1)?.reason;
    expect(reason).toBe(
      `confirmation failed: score: expected ${second.version} to answer for NSE, was ${first.version}`,
    );
  });

  it('tells people when the new version neither answers nor can be taken back', async () => {
    stage.raced = true;
    stage.answering = [null];
    const { status, error, cause } = await run(first.version);
    expect([status, error]).toEqual(['FAILED', 'Conflict']);
    expect(cause).toContain('was not taken back');
    expect(stage.told.at(-1)).toMatchObject({
      kind: 'stage_run',
      stage: 'promote',
      error: { name: 'Conflict' },
    });
  });

  it('rolls back to what the gate refused only by an override, and tells of it', async () => {
    world = await promotionWorld(cloud);
    stage.world = world;
    const refused = await world.register(candidates[0]!, false);
    const passed = await world.register(candidates[1]!);
    await world.change(await world.verify(asked(refused.version, { override: true })));
    await world.promote(passed.version);
    const { version: _version, ...back } = { ...request, action: 'rollback' };
    const { error, cause } = await stage.machine.run(DEFINITION, back);
    expect(error).toBe('RejectedInput');
    expect(cause).toContain(`the gate refused version ${refused.version}`);
    expect(await world.liveVersion()).toBe(passed.version);
    expect((await world.models.history('NSE', 'tb15')).at(-1)).toMatchObject({
      event: 'refused',
      to_version: refused.version,
    });
    stage.answering = [refused.version];
    const overridden = await stage.machine.run(DEFINITION, { ...back, override: true });
    expect(overridden.status).toBe('SUCCEEDED');
    expect(await world.liveVersion()).toBe(refused.version);
    expect((await world.models.history('NSE', 'tb15')).at(-1)).toMatchObject({
      event: 'rolled_back',
      override: true,
    });
    expect(stage.told).toContainEqual(
      expect.objectContaining({ kind: 'switch', to_version: refused.version, override: true }),
    );
  });

  it('records what it refuses, in words, and changes nothing', async () => {
    const { status, error } = await stage.machine.run(DEFINITION, {
      ...request,
      version: first.version,
      reason: '',
    });
    expect([status, error]).toEqual(['FAILED', 'RejectedInput']);
    expect(await world.liveVersion()).toBeNull();
    const [refusal] = await world.models.history('NSE', 'tb15');
    expect(refusal).toMatchObject({ event: 'refused', refusal: 'expected a reason, was empty' });
  });

  it('refuses a bundle whose file was changed, before anything is switched, and records it', async () => {
    const key = `${first.bundle_prefix}decision.json`;
    const bytes = Buffer.from(await world.bucket.get(key));
    bytes[bytes.length - 2] = bytes[bytes.length - 2]! ^ 1;
    await world.bucket.put(key, bytes);
    const { error, cause } = await run(first.version);
    expect(error).toBe('InvariantViolated');
    expect(cause).toContain('decision.json');
    expect(await world.liveVersion()).toBeNull();
    expect((await world.models.history('NSE', 'tb15')).at(-1)).toMatchObject({
      event: 'failed',
      to_version: first.version,
      refusal: expect.stringContaining('decision.json'),
    });
  });

  it('undoes a rollback, too, whose version does not answer', async () => {
    stage.answering = [first.version];
    await run(first.version);
    stage.answering = [second.version];
    await run(second.version);
    const back = await stage.machine.run(DEFINITION, { ...request, action: 'rollback', version: undefined });
    expect(back.error).toBe('SwitchedBack');
    expect(await world.liveVersion()).toBe(second.version);
    expect((await world.events()).slice(2)).toEqual([
      ['rolled_back', first.version],
      ['rolled_back', second.version],
    ]);
  });

  it('tells people of a refusal that no command waits for', async () => {
    await stage.machine.run(DEFINITION, {
      ...request,
      version: first.version,
      reason: '',
      operator: 'policy',
    });
    expect(stage.told).toEqual([
      expect.objectContaining({ kind: 'stage_run', stage: 'promote', error: expect.anything() }),
    ]);
  });
});

describe('taking a version back', () => {
  const takeBack = (version: string) =>
    stage.machine.run(DEFINITION, { ...request, action: 'take_back', version, operator: 'oi-loop baking' });

  it('returns to the one before, confirmed and told', async () => {
    stage.answering = [first.version];
    await run(first.version);
    stage.answering = [second.version];
    await run(second.version);
    stage.answering = [first.version];
    const { status, output } = await takeBack(second.version);
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output!)).toMatchObject({ from: second.version, to: first.version });
    expect(await world.liveVersion()).toBe(first.version);
    expect((await world.models.history('NSE', 'tb15')).at(-1)).toMatchObject({
      event: 'rolled_back',
      operator: 'oi-loop baking',
    });
  });

  it('of the first one leaves nothing live', async () => {
    stage.answering = [first.version];
    await run(first.version);
    stage.answering = [null];
    const { status, output } = await takeBack(first.version);
    expect([status, JSON.parse(output!).to]).toEqual(['SUCCEEDED', null]);
    expect(await world.liveVersion()).toBeNull();
    expect(stage.told).toContainEqual(expect.objectContaining({ kind: 'switch', to_version: null }));
  });

  it('of the first one that answers still is told, and not undone', async () => {
    stage.answering = [first.version];
    await run(first.version);
    const { status, cause } = await takeBack(first.version);
    expect(status).toBe('FAILED');
    expect(cause).toContain('expected no model to answer');
    expect(await world.liveVersion()).toBeNull();
  });

  it('moves nothing when another version is live by now: a second look never rolls forward', async () => {
    stage.answering = [first.version];
    await run(first.version);
    stage.answering = [second.version];
    await run(second.version);
    stage.answering = [first.version];
    await takeBack(second.version);
    const again = await takeBack(second.version);
    expect([again.status, again.error]).toEqual(['FAILED', 'Conflict']);
    expect(await world.liveVersion()).toBe(first.version);
  });
});
