import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { promotionMachine } from '../../../infra/machines/promotion.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import { Conflict } from '../../../shared/errors.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { asked, type PromotionWorld, promotionWorld } from '../../functions/promote/promotion-world.ts';
import { type Fixture, openFixture } from '../../local/stepfunctions/harness.ts';

const QUEUE = 'https://sqs/alerts';
const definition = JSON.stringify(
  promotionMachine({
    ...{ verify: 'verify', switchPointer: 'switch', confirm: 'confirm', refuse: 'refuse' },
    alertQueueUrl: QUEUE,
  }),
);

let cloud: EmbeddedCloud;
let candidates: Candidate[];
let world: PromotionWorld;
let first: ModelVersion;
let second: ModelVersion;
let machine: Fixture;
let answering: (string | null)[];
let told: Record<string, unknown>[];
let raced: boolean;
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
  answering = [];
  told = [];
  raced = false;
  machine = openFixture(invoke);
});
afterEach(() => machine.close());
afterAll(() => cloud.stop());

/** The machine's tasks with the real use-cases behind them, errors as Lambda gives them. */
async function invoke(resource: string, input: unknown): Promise<unknown> {
  if (resource.includes('sqs')) {
    told.push(JSON.parse((input as { MessageBody: string }).MessageBody));
    return {};
  }
  const { FunctionName, Payload } = input as { FunctionName: keyof typeof steps; Payload: never };
  const steps = {
    verify: world.verify,
    switch: (plan: Parameters<typeof world.change>[0]) =>
      raced && plan.kind === 'undo'
        ? Promise.reject(new Conflict('undo: somebody changed it first'))
        : world.change(plan),
    confirm: world.confirm(answering).confirm,
    refuse: world.refuse,
  };
  try {
    return { Payload: await steps[FunctionName](Payload) };
  } catch (error) {
    const { name, message } = error as Error;
    const cause = JSON.stringify({ errorType: name, errorMessage: message, trace: ['at x'] });
    throw Object.assign(new Error(cause), { name });
  }
}

const { execution: _none, ...request } = asked('');
const run = (version: string) => machine.run(definition, { ...request, version });

describe('the promotion machine', () => {
  it('switches, confirms and tells', async () => {
    answering = [first.version];
    const { status, output } = await run(first.version);
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output!)).toMatchObject({ from: null, to: first.version });
    expect(await world.liveVersion()).toBe(first.version);
    const history = await world.models.history('NSE', 'tb15');
    expect(history[0]?.execution).toMatch(/:execution:/);
    expect(told.length).toBeGreaterThan(0);
  });

  it('takes a first version out of service that does not answer', async () => {
    answering = [null];
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
    answering = [first.version];
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
    raced = true;
    answering = [null];
    const { status, error, cause } = await run(first.version);
    expect([status, error]).toEqual(['FAILED', 'Conflict']);
    expect(cause).toContain('was not taken back');
    expect(told.at(-1)).toMatchObject({ kind: 'stage_run', stage: 'promote', error: { name: 'Conflict' } });
  });

  it('rolls back to what the gate refused only by an override, and tells of it', async () => {
    world = await promotionWorld(cloud);
    const refused = await world.register(candidates[0]!, false);
    const passed = await world.register(candidates[1]!);
    await world.change(await world.verify(asked(refused.version, { override: true })));
    await world.promote(passed.version);
    const { version: _version, ...back } = { ...request, action: 'rollback' };
    const { error, cause } = await machine.run(definition, back);
    expect(error).toBe('RejectedInput');
    expect(cause).toContain(`the gate refused version ${refused.version}`);
    expect(await world.liveVersion()).toBe(passed.version);
    expect((await world.models.history('NSE', 'tb15')).at(-1)).toMatchObject({
      event: 'refused',
      to_version: refused.version,
    });
    answering = [refused.version];
    const overridden = await machine.run(definition, { ...back, override: true });
    expect(overridden.status).toBe('SUCCEEDED');
    expect(await world.liveVersion()).toBe(refused.version);
    expect((await world.models.history('NSE', 'tb15')).at(-1)).toMatchObject({
      event: 'rolled_back',
      override: true,
    });
    expect(told).toContainEqual(
      expect.objectContaining({ kind: 'switch', to_version: refused.version, override: true }),
    );
  });

  it('records what it refuses, in words, and changes nothing', async () => {
    const { status, error } = await machine.run(definition, {
      ...request,
      version: first.version,
      reason: '',
    });
    expect([status, error]).toEqual(['FAILED', 'RejectedInput']);
    expect(await world.liveVersion()).toBeNull();
    const [refusal] = await world.models.history('NSE', 'tb15');
    expect(refusal).toMatchObject({ event: 'refused', refusal: 'expected a reason, was empty' });
  });
});
