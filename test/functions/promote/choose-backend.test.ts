import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../functions/promote/choose-backend.ts';
import { livePointers } from '../../../functions/score/live-model.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { registryTexts } from '../../../shared/adapters/lake/registry-export.ts';
import { liveAt } from '../../../shared/domain/promotion/live-at.ts';
import { planPromotion } from '../../../shared/domain/promotion/plan-promotion.ts';
import { Conflict } from '../../../shared/errors.ts';
import type { ModelRegistry } from '../../../shared/ports/model-registry.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aModelVersion } from '../../factories/registry.ts';

const [FIRST, SECOND] = ['2025-12-03-aaaaaaaa', '2025-12-04-bbbbbbbb'] as const;
const ASKED = { exchange: 'NSE', operator: 'asha', reason: 'nearer the data' };

let cloud: EmbeddedCloud;
let models: ModelRegistry;
let nowMs: number;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  nowMs = START_MS;
  for (const version of [FIRST, SECOND]) await models.add(aModelVersion({ version }));
});
afterAll(() => cloud.stop());

const choose = (body: object, registry: ModelRegistry = models) =>
  chooseBackend({ models: registry, clock: () => nowMs })({ ...ASKED, ...body });
const toEndpoint = (version: string, endpoint = 'desk-score-nse') =>
  choose({ version, backend: 'sagemaker', endpoint });
const entry = (version: string) => models.version('NSE', 'tb15', version);

async function promote(version: string): Promise<void> {
  const pointer = (await models.livePointer('NSE', 'tb15')) ?? null;
  const live = pointer && (await entry(pointer.version));
  const asked = { operator: 'asha', reason: 'test', now: new Date(nowMs).toISOString(), execution: null };
  const candidate = await entry(version);
  await models.apply(
    planPromotion({ ...asked, pointer, live, candidate, verdict: null, override: true }).change,
  );
}

describe('chooseBackend', () => {
  it('names the endpoint in the entry, and who did it when and why in the history', async () => {
    await promote(FIRST);
    const pointer = await models.livePointer('NSE', 'tb15');
    nowMs += 60_000;
    const changed = await toEndpoint(FIRST);
    expect(changed).toMatchObject({ backend: 'sagemaker', endpoint: 'desk-score-nse', revision: 2 });
    expect(await entry(FIRST)).toEqual(changed);
    expect((await models.history('NSE', 'tb15')).at(-1)).toMatchObject({
      ...{ event: 'backend_changed', from_version: FIRST, to_version: FIRST },
      ...{ operator: 'asha', reason: 'nearer the data', refusal: null, override: false },
      ...{ backend: 'sagemaker', endpoint: 'desk-score-nse', at: new Date(nowMs).toISOString() },
      pointer_revision: pointer!.revision,
    });
    // What is live stays live, whoever computes its answers.
    expect(await models.livePointer('NSE', 'tb15')).toEqual(pointer);
  });

  it('goes back to the bundle in process, and leaves no endpoint behind', async () => {
    await toEndpoint(FIRST);
    const back = await choose({ version: FIRST, backend: 'onnx' });
    expect(back).toMatchObject({ backend: 'onnx', revision: 2 });
    expect(back).not.toHaveProperty('endpoint');
    expect(await entry(FIRST)).toEqual(back);
  });

  it('changes a version that is not live, and a promotion keeps it', async () => {
    await toEndpoint(SECOND);
    await promote(FIRST);
    await promote(SECOND);
    expect(await entry(SECOND)).toMatchObject({ status: 'live', backend: 'sagemaker' });
    expect(await entry(FIRST)).not.toHaveProperty('backend');
  });

  it('is no switch: what was live at a moment is what was promoted', async () => {
    await promote(FIRST);
    nowMs += 1000;
    await toEndpoint(SECOND);
    const history = await models.history('NSE', 'tb15');
    expect(liveAt(history, new Date(nowMs).toISOString())).toBe(FIRST);
  });

  it('is told to people, too', async () => {
    await toEndpoint(FIRST);
    const { registry, deployments } = await registryTexts(models);
    expect(registry).toContain('endpoint: desk-score-nse');
    expect(deployments).toMatch(
      / backend_changed from=\S+ to=\S+ backend=sagemaker endpoint=desk-score-nse /,
    );
  });

  it.each([
    [
      { version: FIRST, backend: 'sagemaker' },
      'endpoint: expected an endpoint with sagemaker, and none with onnx',
    ],
    [
      { version: FIRST, backend: 'onnx', endpoint: 'x' },
      'expected an endpoint with sagemaker, and none with onnx',
    ],
    [{ version: FIRST, backend: 'onnx' }, `expected another one than onnx, which ${FIRST} has`],
    [{ version: FIRST, backend: 'bedrock' }, 'backend: expected'],
    [{ version: FIRST, backend: 'sagemaker', endpoint: 'a b' }, 'expected 1 to 63 letters, digits and -'],
    [{ version: FIRST, backend: 'onnx', operator: ' ' }, 'operator: expected'],
    [{ backend: 'onnx' }, 'version: expected'],
  ])('refuses %j', async (body, reason) => {
    await expect(choose(body)).rejects.toThrow(reason);
    await expect(choose(body)).rejects.toMatchObject({ name: 'RejectedInput' });
    expect(await models.history('NSE', 'tb15')).toEqual([]);
  });

  it('does not know a version that nobody registered', async () => {
    await expect(toEndpoint('2025-01-01-cccccccc')).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('chooseBackend while others change the entry', () => {
  /** Runs something between a read of the entry and the write that follows it. */
  function meanwhile(work: () => Promise<void>, times = 1): ModelRegistry {
    let left = times;
    return {
      ...models,
      async apply(change) {
        if (left > 0) {
          left -= 1;
          await work();
        }
        return models.apply(change);
      },
    };
  }

  it('loses nothing to a promotion that comes between: both are done', async () => {
    await choose(
      { version: FIRST, backend: 'sagemaker', endpoint: 'x' },
      meanwhile(() => promote(FIRST)),
    );
    expect(await entry(FIRST)).toMatchObject({
      status: 'live',
      backend: 'sagemaker',
      endpoint: 'x',
      revision: 2,
    });
    const events = (await models.history('NSE', 'tb15')).map(({ event }) => event);
    expect(events).toEqual(['promoted', 'backend_changed']);
  });

  it('takes nothing back from a promotion: the one that read before refuses', async () => {
    const candidate = await entry(FIRST);
    const asked = { operator: 'asha', reason: 'test', now: new Date(nowMs).toISOString(), execution: null };
    const { change } = planPromotion({
      ...{ ...asked, pointer: null, live: null, candidate, verdict: null, override: true },
    });
    await toEndpoint(FIRST);
    await expect(models.apply(change)).rejects.toMatchObject({ name: 'Conflict' });
    expect(await entry(FIRST)).toMatchObject({ status: 'candidate', backend: 'sagemaker', revision: 1 });
    expect(await models.livePointer('NSE', 'tb15')).toBeUndefined();
  });

  it('gives up when the entry never stands still', async () => {
    let endpoint = 0;
    const work = async () => {
      endpoint += 1;
      await toEndpoint(FIRST, `other-${endpoint}`);
    };
    const busy = choose({ version: FIRST, backend: 'sagemaker', endpoint: 'mine' }, meanwhile(work, 99));
    await expect(busy).rejects.toBeInstanceOf(Conflict);
    expect(await entry(FIRST)).toMatchObject({ endpoint: 'other-3', revision: 3 });
  });

  it('lets all of many at once through, one after the other, each with its line', async () => {
    const names = Array.from({ length: 3 }, (_, at) => `endpoint-${at}`);
    const results = await Promise.allSettled(names.map((name) => toEndpoint(FIRST, name)));
    const done = results.filter(({ status }) => status === 'fulfilled').length;
    const { revision } = await entry(FIRST);
    expect(revision).toBe(done);
    expect(await models.history('NSE', 'tb15')).toHaveLength(done);
    expect(done).toBeGreaterThan(0);
  });
});

describe('scoring', () => {
  it('sees another backend within two seconds, and another version at once with it', async () => {
    let stopwatchMs = 0;
    const live = livePointers(models, () => stopwatchMs);
    await promote(FIRST);
    expect((await live('NSE', 'tb15'))?.servedBy).toEqual({ backend: 'onnx', endpoint: null });
    await toEndpoint(FIRST);
    stopwatchMs = 1999;
    expect((await live('NSE', 'tb15'))?.servedBy).toEqual({ backend: 'onnx', endpoint: null });
    stopwatchMs = 2000;
    const served = { backend: 'sagemaker', endpoint: 'desk-score-nse' };
    expect(await live('NSE', 'tb15')).toMatchObject({ version: FIRST, servedBy: served });
    await promote(SECOND);
    stopwatchMs = 4000;
    const other = { version: SECOND, servedBy: { backend: 'onnx', endpoint: null } };
    expect(await live('NSE', 'tb15')).toMatchObject(other);
  });

  it('does not wait for an entry that cannot be read', async () => {
    await promote(FIRST);
    const version = () => Promise.reject(new Error('busy'));
    const live = livePointers({ ...models, version }, () => 0);
    expect(await live('NSE', 'tb15')).toMatchObject({ version: FIRST, servedBy: { backend: 'onnx' } });
  });
});
