import { type Calls, filled, Handle, type Pointer } from '../boosting/native-library.ts';
import type { Observations, Predicted } from '../boosting/protocol.ts';

const FLOAT32 = 0;
const ROW_MAJOR = 1;
const WHOLE_MODEL = -1;
const PREDICT_TYPE: Readonly<Record<Predicted, number>> = { raw: 1, leaf: 2, contribution: 3 };

/** The part of LightGBM's C interface that is used. */
export const SIGNATURES = {
  LGBM_DatasetCreateFromMat:
    'const void *data, int data_type, int32_t nrow, int32_t ncol, int is_row_major, const char *parameters, void *reference, _Out_ void **out',
  LGBM_DatasetSetField: 'void *handle, const char *field, const void *data, int num_element, int type',
  LGBM_DatasetFree: 'void *handle',
  LGBM_BoosterCreate: 'void *train_data, const char *parameters, _Out_ void **out',
  LGBM_BoosterLoadModelFromString: 'const char *model, _Out_ int *iterations, _Out_ void **out',
  LGBM_BoosterAddValidData: 'void *handle, void *valid_data',
  LGBM_BoosterUpdateOneIter: 'void *handle, _Out_ int *is_finished',
  LGBM_BoosterGetEval: 'void *handle, int data_idx, _Out_ int *out_len, _Out_ double *results',
  LGBM_BoosterSaveModelToString:
    'void *handle, int start, int count, int importance, int64_t size, _Out_ int64_t *out_len, _Out_ uint8_t *out',
  LGBM_BoosterPredictForMat:
    'void *handle, const void *data, int data_type, int32_t nrow, int32_t ncol, int is_row_major, int predict_type, int start, int count, const char *parameters, _Out_ int64_t *out_len, _Out_ double *out',
  LGBM_BoosterFree: 'void *handle',
} as const;

export type CApi = Calls<keyof typeof SIGNATURES>;

export function createDataset(
  api: CApi,
  data: Observations,
  parameters: string,
  reference: Handle | null,
): Handle {
  const out: Pointer[] = [null];
  const like = reference === null ? null : reference.pointer;
  api.LGBM_DatasetCreateFromMat(
    data.features,
    FLOAT32,
    data.rows,
    data.columns,
    ROW_MAJOR,
    parameters,
    like,
    out,
  );
  const dataset = new Handle(out[0] ?? null, (pointer) => api.LGBM_DatasetFree(pointer));
  return filled(dataset, (own) => {
    api.LGBM_DatasetSetField(own, 'label', Float32Array.from(data.labels), data.rows, FLOAT32);
    api.LGBM_DatasetSetField(own, 'weight', data.weights, data.rows, FLOAT32);
  });
}

export function createBooster(api: CApi, dataset: Handle, parameters: string): Handle {
  const out: Pointer[] = [null];
  api.LGBM_BoosterCreate(dataset.pointer, parameters, out);
  return new Handle(out[0] ?? null, (pointer) => api.LGBM_BoosterFree(pointer));
}

export function loadBooster(api: CApi, text: string): Handle {
  const out: Pointer[] = [null];
  api.LGBM_BoosterLoadModelFromString(text, [0], out);
  return new Handle(out[0] ?? null, (pointer) => api.LGBM_BoosterFree(pointer));
}

/** One boosting round; true when no tree could be split any more. */
export function boost(api: CApi, booster: Handle): boolean {
  const finished = [0];
  api.LGBM_BoosterUpdateOneIter(booster.pointer, finished);
  return finished[0] === 1;
}

/** The loss on the validation observations. */
export function validationLoss(api: CApi, booster: Handle): number {
  const loss = new Float64Array(1);
  api.LGBM_BoosterGetEval(booster.pointer, 1, [0], loss);
  return loss[0] ?? Number.NaN;
}

/** The model as text, with its first `rounds` rounds. */
export function modelText(api: CApi, booster: Handle, rounds: number): string {
  const length = [0];
  let buffer = new Uint8Array(1 << 20);
  const save = () =>
    api.LGBM_BoosterSaveModelToString(booster.pointer, 0, rounds, 0, buffer.length, length, buffer);
  save();
  const needed = Number(length[0]);
  if (needed > buffer.length) {
    buffer = new Uint8Array(needed);
    save();
  }
  return new TextDecoder().decode(buffer.subarray(0, needed - 1));
}

/**
 * Raw scores [rows x outputs], leaf numbers [rows x trees] or contributions [rows x outputs x (columns + 1)].
 *
 * @param width - values per row, known from the kind: the library writes that many doubles
 */
export function predict(
  api: CApi,
  booster: Handle,
  data: { readonly features: Float32Array; readonly rows: number; readonly columns: number },
  kind: Predicted,
  width: number,
): Float64Array {
  const out = new Float64Array(data.rows * width);
  const { features, rows, columns } = data;
  const options = 'num_threads=1 predict_disable_shape_check=false';
  api.LGBM_BoosterPredictForMat(
    booster.pointer,
    features,
    FLOAT32,
    rows,
    columns,
    ROW_MAJOR,
    PREDICT_TYPE[kind],
    0,
    WHOLE_MODEL,
    options,
    [0],
    out,
  );
  return out;
}
