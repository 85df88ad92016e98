import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, askServedBy } from '../../../functions/score/ask-backend.ts';
import { endpointBackend } from '../../../shared/adapters/sagemaker/endpoint-backend.ts';
import type { BackendFault } from '../../../shared/domain/scoring/backend.ts';
import { canonicalJson } from '../../../shared/domain/scoring/canonical-json.ts';
import { toWire } from '../../../shared/domain/scoring/invocation.ts';
import { sha256Hex } from '../../../shared/domain/training/bundle.ts';
import type { RegimeState, Scorer } from '../../../shared/ports/model-scorer.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EndpointCloud, startEndpointCloud, startStandIn } from '../../factories/model-endpoint.ts';
import { openFiles, trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';

const market = trackerMarket();
const row = market.features.slice(0, market.featureNames.length);
const DEADLINE_MS = 150;
/** What the machine may add to a deadline while everything else runs on it, too. */
const SLACK_MS = 100;

let cloud: EndpointCloud;
let candidate: Candidate;
let rival: Candidate;
let scorer: Scorer;
let state: RegimeState;
let alone: Pick<Asked, 'answer'>;
beforeAll(async () => {
  cloud = await startEndpointCloud();
  candidate = await trainedCandidate(market);
  rival = await trainedCandidate({ ...market, seed: 2 });
  scorer = await openFiles(candidate.files);
  state = scorer.advanceRegime(null, row);
  await cloud.serve('live', candidate.files);
  await cloud.serve('rival', rival.files);
  const scored = await scorer.score(row, state);
  alone = { answer: { scored, explanations: await scorer.explain(row, state) } };
}, 120_000);
afterAll(async () => {
  await scorer.close();
  await cloud.stop();
});

/** Asks as scoring does, and how long that took. */
async function asking(endpoint: string, client = cloud.client, deadlineMs = DEADLINE_MS) {
  const faults: BackendFault[] = [];
  const ask = askServedBy(
    {
      endpointBackend: async (bundle) => endpointBackend(bundle, { client, endpoint, deadlineMs }),
      onBackendFault: (fault, version) => {
        expect(version).toBe(scorer.bundle.version);
        faults.push(fault);
      },
    },
    scorer,
    { backend: 'sagemaker', endpoint },
  );
  const startedMs = performance.now();
  const asked = await ask(row, state);
  return { asked, faults, tookMs: performance.now() - startedMs };
}

/** A refusal of SageMaker or an answer of a container, whatever they are. */
async function answered(
  given: () => { status?: number; headers?: Record<string, string>; body: string } | null,
) {
  const standIn = await startStandIn(given);
  try {
    return await asking('stand-in', standIn.client);
  } finally {
    await standIn.stop();
  }
}

/** A short word for the whole of an answer, every bit of it. */
const sameAnswer = ({ answer: { scored, explanations } }: Pick<Asked, 'answer'>) => {
  const whole = explanations.map(({ method, baseScore, contributions }) => ({
    method,
    baseScore,
    contributions,
  }));
  return sha256Hex(canonicalJson({ scored, whole }));
};

describe('asking an endpoint', () => {
  it('takes its answer, which is that of the bundle in process', async () => {
    const { asked, faults } = await asking('live', cloud.client, 20_000);
    expect(asked).toMatchObject({ backend: 'sagemaker', fault: null });
    expect(sameAnswer(asked)).toBe(sameAnswer(alone));
    expect(faults).toEqual([]);
  });

  it('asks none where the entry names none', async () => {
    const ports = {
      endpointBackend: () => Promise.reject(new Error('nobody asked for an endpoint')),
      onBackendFault: () => undefined,
    };
    const asked = await askServedBy(ports, scorer, { backend: 'onnx', endpoint: null })(row, state);
    expect(asked).toMatchObject({ backend: 'onnx', fault: null });
  });
});

describe('an endpoint that gives no answer that counts', () => {
  it('is not waited for beyond its deadline', async () => {
    const { asked, faults, tookMs } = await answered(() => null);
    expect(asked).toMatchObject({ backend: 'onnx', fault: 'timeout' });
    expect(sameAnswer(asked)).toBe(sameAnswer(alone));
    expect(tookMs).toBeGreaterThanOrEqual(DEADLINE_MS - 1);
    expect(tookMs).toBeLessThan(DEADLINE_MS + SLACK_MS);
    expect(faults[0]!.message).toBe('stand-in: expected an answer within 150 ms, was none');
  });

  it('is not there: nobody listens, or there is none of that name', async () => {
    const { client, stop } = await startStandIn(() => null);
    await stop();
    const nobody = await asking('stand-in', client);
    expect(nobody.asked).toMatchObject({ backend: 'onnx', fault: 'unavailable' });
    const unknown = await asking('nowhere', cloud.client, 20_000);
    expect(unknown.asked).toMatchObject({ backend: 'onnx', fault: 'refused' });
    for (const { asked } of [nobody, unknown]) expect(sameAnswer(asked)).toBe(sameAnswer(alone));
  });

  it('serves another bundle', async () => {
    const { asked } = await asking('rival', cloud.client, 20_000);
    expect(asked).toMatchObject({ backend: 'onnx', fault: 'other_bundle' });
    expect(sameAnswer(asked)).toBe(sameAnswer(alone));
  });

  const good = async () => {
    const { Body } = await cloud.client.send(
      new (await import('@aws-sdk/client-sagemaker-runtime')).InvokeEndpointCommand({
        EndpointName: 'live',
        ContentType: 'application/json',
        Body: JSON.stringify({
          ...{ schema: 1, bundle_hash: scorer.bundle.bundle_hash },
          ...{
            features: Array.from(row, toWire),
            regime_state: [...state!],
          },
        }),
      }),
    );
    return JSON.parse(new TextDecoder().decode(Body)) as Record<string, unknown>;
  };

  it.each([
    ['throttled', { status: 400, headers: { 'x-amzn-errortype': 'ThrottlingException' }, body: '{}' }],
    ['throttled', { status: 429, headers: { 'x-amzn-errortype': 'ModelNotReadyException' }, body: '{}' }],
    ['unavailable', { status: 500, headers: { 'x-amzn-errortype': 'InternalFailure' }, body: '{}' }],
    ['unavailable', { status: 503, headers: { 'x-amzn-errortype': 'ServiceUnavailable' }, body: '{}' }],
    [
      'unavailable',
      { status: 424, headers: { 'x-amzn-errortype': 'ModelError' }, body: '{"OriginalStatusCode":500}' },
    ],
    ['refused', { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{}' }],
    [
      'refused',
      { status: 424, headers: { 'x-amzn-errortype': 'ModelError' }, body: '{"OriginalStatusCode":400}' },
    ],
    ['malformed', { body: 'not json' }],
    ['malformed', { body: '{"schema":1}' }],
  ] as const)('says %s of an answer %j', async (fault, given) => {
    const { asked } = await answered(() => given);
    expect(asked).toMatchObject({ backend: 'onnx', fault });
    expect(sameAnswer(asked)).toBe(sameAnswer(alone));
  });

  it.each([
    ['improbable', { probabilities: [0.5, 0.5, 0.5] }],
    ['improbable', { probabilities: [1.5, -0.5, 0] }],
    ['improbable', { regime_probabilities: [0.5, 0.6] }],
    ['other_bundle', { bundle_hash: 'b'.repeat(64) }],
    ['malformed', { regime: 99 }],
    ['malformed', { inputs: [] }],
    ['malformed', { schema: 2 }],
  ])('says %s when the answer says %j', async (fault, change) => {
    const body = JSON.stringify({ ...(await good()), ...change });
    const { asked } = await answered(() => ({ body }));
    expect(asked).toMatchObject({ backend: 'onnx', fault });
  });

  it('takes that same answer unchanged, so that it is the change that was refused', async () => {
    const body = JSON.stringify(await good());
    const { asked } = await answered(() => ({ body }));
    expect(asked).toMatchObject({ backend: 'sagemaker', fault: null });
    expect(sameAnswer(asked)).toBe(sameAnswer(alone));
  });

  it('cannot be asked at all: whatever is thrown, there is an answer', async () => {
    const ports = {
      endpointBackend: () => Promise.reject(new TypeError('no such module')),
      onBackendFault: () => undefined,
    };
    const asked = await askServedBy(ports, scorer, { backend: 'sagemaker', endpoint: 'live' })(row, state);
    expect(asked).toMatchObject({ backend: 'onnx', fault: 'unavailable' });
  });

  it('has died: the bundle in process answers until it is back', async () => {
    const pid = cloud.pidOf('live')!;
    process.kill(pid, 'SIGKILL');
    const { asked } = await asking('live', cloud.client, 20_000);
    expect(asked).toMatchObject({ backend: 'onnx', fault: 'unavailable' });
    expect(sameAnswer(asked)).toBe(sameAnswer(alone));
    await expect.poll(() => cloud.pidOf('live') ?? pid, { timeout: 30_000 }).not.toBe(pid);
    expect((await asking('live', cloud.client, 20_000)).asked).toMatchObject({ backend: 'sagemaker' });
  });
});
