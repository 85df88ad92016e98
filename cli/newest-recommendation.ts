import type { Recommendation } from '../shared/domain/scoring/recommendation.ts';
import { NotFound } from '../shared/errors.ts';
import type { Api } from '../shared/ports/api.ts';

/** The id of the newest answer of any exchange. @throws NotFound while there is none. */
export async function newestId(api: Api): Promise<string> {
  const { recommendations } = await api.call<{ recommendations: readonly Recommendation[] }>({
    method: 'GET',
    path: '/v1/recommendations',
    query: { limit: '1' },
  });
  const [newest] = recommendations;
  if (newest === undefined) {
    throw new NotFound('recommendations: expected at least one, was none; post snapshots first', {
      field: 'id',
    });
  }
  return newest.id;
}
