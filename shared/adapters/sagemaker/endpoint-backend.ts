import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandOutput,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { areChances } from '../../domain/scoring/are-chances.ts';
import { BackendFault } from '../../domain/scoring/backend.ts';
import {
  fromWire,
  type Invocation,
  type InvocationAnswer,
  invocationAnswerSchema,
  toWire,
} from '../../domain/scoring/invocation.ts';
import type { Bundle } from '../../domain/training/bundle.ts';
import type { BackendAnswer, ScoringBackend } from '../../ports/scoring-backend.ts';

const CONFLICT_STATUS = 409;

/** A client for answers that are not waited for twice. */
export function runtimeClient(): SageMakerRuntimeClient {
  return new SageMakerRuntimeClient({ maxAttempts: 1 });
}

interface EndpointOptions {
  readonly client: SageMakerRuntimeClient;
  readonly endpoint: string;
  /** An answer that takes longer is none. */
  readonly deadlineMs: number;
}

/**
 * A bundle behind a SageMaker endpoint. What it answers counts only when it comes in time, from the very bundle, and
 * is of the contract; everything else is a BackendFault that says why.
 */
export function endpointBackend(
  bundle: Pick<Bundle, 'bundle_hash' | 'feature_names' | 'regime_states'>,
  { client, endpoint, deadlineMs }: EndpointOptions,
): ScoringBackend {
  return {
    name: 'sagemaker',
    async answer(featureRow, state) {
      const asked: Invocation = {
        schema: 1,
        bundle_hash: bundle.bundle_hash,
        features: Array.from(featureRow, toWire),
        regime_state: state === null ? null : [...state],
      };
      const command = new InvokeEndpointCommand({
        EndpointName: endpoint,
        ContentType: 'application/json',
        Accept: 'application/json',
        Body: JSON.stringify(asked),
      });
      const said = await inTime(endpoint, deadlineMs, (abortSignal) => client.send(command, { abortSignal }));
      return answerOf(endpoint, bundle, parsed(endpoint, said));
    },
  };
}

/** Ends the call at the deadline; one that does not hear of it is left alone. */
async function inTime(
  endpoint: string,
  deadlineMs: number,
  call: (signal: AbortSignal) => Promise<InvokeEndpointCommandOutput>,
): Promise<InvokeEndpointCommandOutput> {
  const controller = new AbortController();
  const late = new BackendFault(
    'timeout',
    `${endpoint}: expected an answer within ${deadlineMs} ms, was none`,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late);
      controller.abort();
    }, deadlineMs);
  });
  const asked = call(controller.signal).catch((error: unknown) => {
    throw controller.signal.aborted ? late : faultOf(endpoint, error);
  });
  try {
    return await Promise.race([asked, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** What of an SDK error tells whose fault it is. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly OriginalStatusCode?: number;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function faultOf(endpoint: string, error: unknown): BackendFault {
  const { name = '', message = '', OriginalStatusCode, $metadata } = error as SdkError;
  const status = OriginalStatusCode ?? $metadata?.httpStatusCode ?? 0;
  const fault = (word: BackendFault['fault']) =>
    new BackendFault(word, `${endpoint}: ${name} ${message}`, { cause: error });
  if (status === 429 || name.startsWith('Throttl')) return fault('throttled');
  if (status === CONFLICT_STATUS) return fault('other_bundle');
  // No status: nobody was reached.
  return fault(status >= 400 && status < 500 ? 'refused' : 'unavailable');
}

function parsed(endpoint: string, { Body }: InvokeEndpointCommandOutput): InvocationAnswer {
  const text = new TextDecoder().decode(Body);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BackendFault('malformed', `${endpoint}: expected JSON, was ${text.slice(0, 80)}`, { cause });
  }
  const { success, data, error } = invocationAnswerSchema.safeParse(json);
  if (success) return data;
  throw new BackendFault(
    'malformed',
    `${endpoint}: ${error.issues[0]?.path.join('.')} is not of the contract`,
  );
}

function answerOf(
  endpoint: string,
  bundle: Pick<Bundle, 'bundle_hash' | 'feature_names' | 'regime_states'>,
  answer: InvocationAnswer,
): BackendAnswer {
  if (answer.bundle_hash !== bundle.bundle_hash) {
    const message = `${endpoint}: expected bundle ${bundle.bundle_hash}, was ${answer.bundle_hash}`;
    throw new BackendFault('other_bundle', message);
  }
  const { probabilities, regime_probabilities } = answer;
  if (!areChances(probabilities) || !areChances(regime_probabilities)) {
    const message = `${endpoint}: expected chances that add up to 1, was ${probabilities.join(' ')}`;
    throw new BackendFault('improbable', message);
  }
  const problem = misfit(bundle, answer);
  if (problem !== undefined) throw new BackendFault('malformed', `${endpoint}: ${problem}`);
  const [sell, hold, buy] = answer.raw_scores;
  return {
    scored: {
      probabilities,
      rawScores: [fromWire(sell), fromWire(hold), fromWire(buy)],
      regime: answer.regime,
      regimeProbabilities: regime_probabilities,
    },
    explanations: answer.explanations.map(({ method, base_score, shap }) => ({
      method,
      baseScore: fromWire(base_score),
      contributions: answer.inputs.map(({ name, value }, at) => ({
        feature: name,
        value: fromWire(value),
        shap: fromWire(shap[at] ?? null),
      })),
    })),
  };
}

/** What of an answer does not fit its bundle. */
function misfit(
  { feature_names, regime_states }: Pick<Bundle, 'feature_names' | 'regime_states'>,
  { regime, regime_probabilities, inputs, explanations }: InvocationAnswer,
): string | undefined {
  const names = [...feature_names, ...Array.from({ length: regime_states }, (_, at) => `regime_${at}`)];
  if (regime_probabilities.length !== regime_states || regime >= regime_states) {
    return `expected ${regime_states} regime states, was ${regime_probabilities.length}`;
  }
  if (inputs.length !== names.length || inputs.some(({ name }, at) => name !== names[at])) {
    return `expected the ${names.length} inputs of the bundle, was ${inputs.length} or others`;
  }
  const missing = explanations.some(({ shap }) => shap.length !== names.length || shap.includes(null));
  return missing ? 'expected a contribution of every input' : undefined;
}
