import type { BackendPolicy } from '../../domain/scoring/backend.ts';
import type { Bundle } from '../../domain/training/bundle.ts';
import type { ScoringBackend } from '../../ports/scoring-backend.ts';

/** An endpoint that is asked was asked a moment ago; of others a few come by at a switch. */
const MAX_KNOWN = 16;

/**
 * Bundles behind endpoints. The client's code is loaded when the first endpoint is asked for: where none is, it costs
 * a cold start nothing.
 */
export function endpointBackends({ sagemaker }: BackendPolicy) {
  const known = new Map<string, Promise<ScoringBackend>>();
  return (bundle: Bundle, endpoint: string): Promise<ScoringBackend> => {
    const key = `${bundle.bundle_hash} ${endpoint}`;
    const found = known.get(key) ?? open(bundle, endpoint);
    known.delete(key);
    known.set(key, found);
    for (const oldest of known.keys()) {
      if (known.size <= MAX_KNOWN) break;
      known.delete(oldest);
    }
    return found;
  };

  async function open(bundle: Bundle, endpoint: string): Promise<ScoringBackend> {
    const { endpointBackend, runtimeClient } = await import('./endpoint-backend.ts');
    client ??= runtimeClient();
    return endpointBackend(bundle, { client, endpoint, deadlineMs: sagemaker.deadline_ms });
  }
}

/** One for all endpoints, with its connections. */
let client: ReturnType<typeof import('./endpoint-backend.ts').runtimeClient> | undefined;
