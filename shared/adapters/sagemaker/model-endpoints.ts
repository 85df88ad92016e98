import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { RejectedInput, Temporary } from '../../errors.ts';
import type { EndpointPlan, ModelEndpoints } from '../../ports/model-endpoints.ts';

interface SageMakerOptions {
  /** `https://api.sagemaker.<region>.amazonaws.com`, or the local cloud's address. */
  readonly endpoint: string;
  readonly region: string;
  /** A key pair, or the SDK's provider of one. */
  readonly credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
}

type Call = (operation: string, input: Readonly<Record<string, unknown>>) => Promise<Record<string, unknown>>;

/** A refusal may be for a signature of another time: clocks that differ by more are brought together. */
const SKEW_MS = 60_000;
/** How SageMaker says that there is no such thing, and that there is one. */
const ABSENT = /could not find|not found|does not exist/i;
const PRESENT = /already exist/i;

/**
 * Endpoints of SageMaker, in its own protocol: seven operations, for which the SDK's client would be the largest
 * dependency of all.
 */
export function sageMakerEndpoints(options: SageMakerOptions): ModelEndpoints {
  const call = signedCalls(options);
  return {
    async create({ name, ...plan }) {
      const steps = requestsOf({ name, ...plan });
      for (const [operation, input] of steps) await unless(PRESENT, () => call(operation, input));
    },
    async find(name) {
      const found = await unless(ABSENT, () => call('DescribeEndpoint', { EndpointName: name }));
      if (found === undefined) return undefined;
      return { status: String(found['EndpointStatus']), failure: (found['FailureReason'] as string) ?? null };
    },
    async remove(name) {
      await unless(ABSENT, () => call('DeleteEndpoint', { EndpointName: name }));
      await unless(ABSENT, () => call('DeleteEndpointConfig', { EndpointConfigName: name }));
      await unless(ABSENT, () => call('DeleteModel', { ModelName: name }));
    },
  };
}

function requestsOf({ name, image, roleArn, modelData, instanceType }: EndpointPlan) {
  const variant = {
    VariantName: 'primary',
    ModelName: name,
    InitialInstanceCount: 1,
    InstanceType: instanceType,
  };
  return [
    [
      'CreateModel',
      {
        ...{ ModelName: name, ExecutionRoleArn: roleArn },
        PrimaryContainer: { Image: image, ModelDataUrl: modelData },
      },
    ],
    ['CreateEndpointConfig', { EndpointConfigName: name, ProductionVariants: [variant] }],
    ['CreateEndpoint', { EndpointName: name, EndpointConfigName: name }],
  ] as const;
}

/** What the work answers; undefined where it fails for the reason that is no failure. */
async function unless<T>(reason: RegExp, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RejectedInput) || !reason.test(error.message)) throw error;
    return undefined;
  }
}

function signedCalls({ endpoint, region, credentials }: SageMakerOptions): Call {
  const signer = new SignatureV4({ service: 'sagemaker', region, credentials, sha256: Sha256 });
  const url = new URL(endpoint);
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  let clockOffsetMs = 0;
  const send = async (operation: string, body: string): Promise<Response> => {
    const headers = {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `SageMaker.${operation}`,
    };
    const { protocol, hostname } = url;
    const request = { method: 'POST', protocol, hostname, path, query: {}, headers, body };
    const signed = await signer.sign(request, { signingDate: new Date(Date.now() + clockOffsetMs) });
    const reached = fetch(new URL(path, url), { method: 'POST', headers: signed.headers, body });
    return reached.catch((cause: unknown) => {
      throw new Temporary(`${operation}: SageMaker is out of reach`, { cause });
    });
  };
  return async (operation, input) => {
    const body = JSON.stringify(input);
    let response = await send(operation, body);
    const offsetMs = Date.parse(response.headers.get('date') ?? '') - Date.now();
    if (!response.ok && Math.abs(offsetMs - clockOffsetMs) > SKEW_MS) {
      clockOffsetMs = offsetMs;
      response = await send(operation, body);
    }
    return answerOf(operation, response.status, await response.text());
  };
}

function answerOf(operation: string, status: number, text: string): Record<string, unknown> {
  const answer = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  if (status < 400) return answer;
  const name = String(answer['__type'] ?? `status ${status}`).replace(/^.*#/, '');
  const said = `${operation}: ${name}: ${answer['message'] ?? answer['Message'] ?? text}`;
  if (status >= 500 || name.startsWith('Throttl')) throw new Temporary(said);
  throw new RejectedInput(said);
}
