import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { ShownApproval } from '../../shared/domain/promotion/approval.ts';
import type { HistoryRow, LivePointer, ModelVersion } from '../../shared/domain/promotion/registry.ts';
import type { Api } from '../../shared/ports/api.ts';

/** Every version of a target, and which are live. */
export interface Models {
  readonly live: readonly LivePointer[];
  readonly models: readonly ModelVersion[];
  /** Left out by what was deployed before promotions could wait. */
  readonly waiting?: readonly ShownApproval[];
}

/** Which version was live at a moment, with the whole history. */
export interface LiveAnswer {
  readonly at: string;
  readonly version: string | null;
  readonly model: ModelVersion | null;
  readonly history: readonly HistoryRow[];
}

/** GET /v1/models, of one exchange or of all. */
export function listModels(
  api: Api,
  { exchange, target }: { exchange?: Exchange | undefined; target: string },
): Promise<Models> {
  const query = { target, ...(exchange && { exchange }) };
  return api.call<Models>({ method: 'GET', path: '/v1/models', query });
}

/** GET /v1/models/{exchange}/live at a moment; now when it is left out. */
export function liveAt(
  api: Api,
  exchange: Exchange,
  target: string,
  at: string | undefined,
): Promise<LiveAnswer> {
  const query = { target, ...(at && { at }) };
  return api.call<LiveAnswer>({ method: 'GET', path: `/v1/models/${exchange}/live`, query });
}
