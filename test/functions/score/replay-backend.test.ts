import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../functions/promote/choose-backend.ts';
import { endpointBackend } from '../../../shared/adapters/sagemaker/endpoint-backend.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import type { ScoringBackend } from '../../../shared/ports/scoring-backend.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { type EndpointCloud, startEndpointCloud } from '../../factories/model-endpoint.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { fastDay, type ReplayWorld, replayWorld } from './replay-world.ts';

let cloud: EmbeddedCloud;
let endpoints: EndpointCloud;
let world: ReplayWorld;
let answers: Recommendation[];
/** What the endpoint does to its answers. */
let change: (backend: ScoringBackend) => ScoringBackend = (backend) => backend;

beforeAll(async () => {
  [cloud, endpoints] = await Promise.all([startEmbeddedCloud(), startEndpointCloud()]);
  const { client } = endpoints;
  world = await replayWorld(cloud, undefined, {
    // The machine may be busy: here it is not asked when an answer comes.
    endpointBackend: async (bundle, endpoint) =>
      change(endpointBackend(bundle, { client, endpoint, deadlineMs: 20_000 })),
    onBackendFault: () => undefined,
  });
  world.time.nowMs = Date.UTC(2025, 11, 4, 3);
  const candidate = await trainedCandidate(trackerMarket());
  await endpoints.serve('live', candidate.files);
  const { version } = await world.goLive(candidate);
  const day = fastDay(40, 20);
  const choose = async (body: object) => {
    await chooseBackend({ models: world.models, clock: () => world.time.nowMs })({
      ...{ exchange: 'NSE', version, operator: 'asha', reason: 'test', ...body },
    });
    world.time.stopwatchMs += 2000;
  };
  answers = await world.play(day.slice(0, -48));
  await choose({ backend: 'sagemaker', endpoint: 'live' });
  answers.push(...(await world.play(day.slice(-48, -24))));
  await choose({ backend: 'sagemaker', endpoint: 'nowhere' });
  answers.push(...(await world.play(day.slice(-24, -12))));
  await choose({ backend: 'sagemaker', endpoint: 'live' });
  change = tampered;
  answers.push(...(await world.play(day.slice(-12))));
  for (let at = 0; at < day.length; at += 90) await world.write(day.slice(at, at + 90));
}, 240_000);
afterAll(async () => {
  await cloud.stop();
  await endpoints.stop();
});

/** The same chances, and a contribution of every class that is a little more than it was. */
function tampered({ name, answer }: ScoringBackend): ScoringBackend {
  return {
    name,
    async answer(featureRow, state) {
      const { scored, explanations } = await answer(featureRow, state);
      return {
        scored,
        explanations: explanations.map(({ method, baseScore, contributions }) => ({
          ...{ method, baseScore },
          contributions: contributions.map((one) => ({ ...one, shap: one.shap * 1.000000001 })),
        })),
      };
    },
  };
}

const scored = () => answers.filter(({ probabilities }) => probabilities !== null);

describe('an answer of an endpoint', () => {
  it('is given again by the bundle in process, bit for bit, and so is one that it did not give', async () => {
    const honest = scored().slice(0, -6);
    const by = (backend: string, fault: string | null) =>
      honest.filter((one) => one.backend === backend && one.backend_fault === fault);
    expect(by('sagemaker', null)).toHaveLength(12);
    expect(by('onnx', 'refused')).toHaveLength(6);
    expect(by('onnx', null)).toHaveLength(honest.length - 18);
    for (const recorded of honest) {
      const { status, differences, replayed } = await world.replay(recorded);
      expect({ status, differences }).toEqual({ status: 'identical', differences: [] });
      expect(replayed).toEqual(recorded);
    }
  }, 120_000);

  it('is seen to be another one where the endpoint answered otherwise', async () => {
    for (const recorded of scored().slice(-6)) {
      expect(recorded).toMatchObject({ backend: 'sagemaker', backend_fault: null });
      const { status, differences } = await world.replay(recorded);
      expect(status).toBe('different');
      expect(differences.map(({ field }) => field)).toContain('drivers.0.shap');
    }
  }, 60_000);

  it('without a word of who computed it is an older one, and keeps its hash', async () => {
    const { backend: _backend, backend_fault: _fault, leaf_hash: _hash, ...older } = scored()[0]!;
    const { seal } = await import('../../../shared/domain/audit/leaf-hash.ts');
    const { status, replayed } = await world.replay(seal(older));
    expect(status).toBe('identical');
    expect(replayed).not.toHaveProperty('backend', 'onnx');
  });
});
