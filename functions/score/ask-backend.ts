import type { Backend, ServedBy } from '../../shared/domain/market/backend.ts';
import { BackendFault, type BackendFaultName } from '../../shared/domain/scoring/backend.ts';
import type { RegimeState, Scorer } from '../../shared/ports/model-scorer.ts';
import type { BackendAnswer, ScoringBackend } from '../../shared/ports/scoring-backend.ts';
import { onnxBackend } from './onnx-backend.ts';

/** What answered, and why not the backend that was meant to; null when it did. */
export interface Asked {
  readonly answer: BackendAnswer;
  readonly backend: Backend;
  readonly fault: BackendFaultName | null;
}

export type AskBackend = (featureRow: Float64Array, state: RegimeState) => Promise<Asked>;

export interface BackendPorts {
  /** A bundle behind an endpoint; asked for only where one is named. */
  readonly endpointBackend: (bundle: Scorer['bundle'], endpoint: string) => Promise<ScoringBackend>;
  /** Hears of an endpoint's answer that was not taken. */
  readonly onBackendFault: (fault: BackendFault, version: string) => void;
}

/** Asks the bundle in process. */
export function askInProcess(scorer: Scorer): AskBackend {
  const own = onnxBackend(scorer);
  return async (featureRow, state) => ({
    answer: await own.answer(featureRow, state),
    backend: own.name,
    fault: null,
  });
}

/**
 * Asks the backend that a version's entry names. Whatever becomes of an endpoint, there is an answer: the bundle in
 * process gives the same one.
 */
export function askServedBy(ports: BackendPorts, scorer: Scorer, { endpoint }: ServedBy): AskBackend {
  const inProcess = askInProcess(scorer);
  if (endpoint === null) return inProcess;
  return async (featureRow, state) => {
    try {
      const remote = await ports.endpointBackend(scorer.bundle, endpoint);
      return { answer: await remote.answer(featureRow, state), backend: remote.name, fault: null };
    } catch (error) {
      const fault = faultIn(error);
      ports.onBackendFault(fault, scorer.bundle.version);
      return { ...(await inProcess(featureRow, state)), fault: fault.fault };
    }
  };
}

function faultIn(error: unknown): BackendFault {
  if (error instanceof BackendFault) return error;
  return new BackendFault('unavailable', String(error), { cause: error });
}
