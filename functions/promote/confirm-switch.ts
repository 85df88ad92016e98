import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { Api } from '../../shared/ports/api.ts';

/** Scoring functions look at the pointer every two seconds; after this many looks they must have seen it. */
const MAX_LOOKS = 8;
const PAUSE_MS = 1000;

interface Ports {
  readonly api: Api;
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * Asks the API, as the tracker would, until the new version answers; after a withdrawal, until no model does.
 * @throws InvariantViolated naming the version that answered instead.
 */
export function confirmSwitch({ api, pause }: Ports) {
  return async <T extends { exchange: Exchange; target: string; to: string | null }>(
    switched: T,
  ): Promise<T> => {
    const { exchange, target, to } = switched;
    let answered: string | null = null;
    for (let look = 1; look <= MAX_LOOKS; look++) {
      const body = { exchange, target, probe: true };
      const answer = await api.call<{ model_version: string | null }>({
        method: 'POST',
        path: '/v1/score',
        body,
      });
      answered = answer.model_version;
      if (answered === to) return switched;
      await pause(PAUSE_MS);
    }
    throw new InvariantViolated(
      `score: expected ${to ?? 'no model'} to answer for ${exchange}, was ${answered ?? 'no model'}`,
    );
  };
}
