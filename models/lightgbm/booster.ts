import { type CApi, Handle, type Pointer } from './c-api.ts';

const FLOAT32 = 0;
const ROW_MAJOR = 1;
const WHOLE_MODEL = -1;

/** Observations as the library takes them: float32 features row by row, classes 0..2, weights > 0. */
export interface Observations {
  readonly features: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly labels: Int32Array;
  readonly weights: Float32Array;
}

export type Predicted = 'raw' | 'leaf' | 'contribution';
const PREDICT_TYPE: Readonly<Record<Predicted, number>> = { raw: 1, leaf: 2, contribution: 3 };

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
  api.LGBM_DatasetSetField(dataset.pointer, 'label', Float32Array.from(data.labels), data.rows, FLOAT32);
  api.LGBM_DatasetSetField(dataset.pointer, 'weight', data.weights, data.rows, FLOAT32);
  return dataset;
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

/** The log-loss on the validation observations. */
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
 * Raw scores [rows x 3], leaf numbers [rows x trees] or contributions [rows x 3 x (columns + 1)].
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
