import koffi from 'koffi';
import { type Calls, filled, Handle, type Pointer } from '../boosting/native-library.ts';
import type { Observations, Predicted } from '../boosting/protocol.ts';

/** The part of XGBoost's C interface that is used. */
export const SIGNATURES = {
  XGDMatrixCreateFromMat:
    'const float *data, uint64_t rows, uint64_t columns, float missing, _Out_ void **out',
  XGDMatrixSetFloatInfo: 'void *handle, const char *field, const float *values, uint64_t length',
  XGDMatrixFree: 'void *handle',
  XGBoosterCreate: 'void **matrices, uint64_t count, _Out_ void **out',
  XGBoosterSetParam: 'void *handle, const char *name, const char *value',
  XGBoosterUpdateOneIter: 'void *handle, int round, void *training',
  XGBoosterEvalOneIter:
    'void *handle, int round, void **matrices, const char **names, uint64_t count, _Out_ const char **out',
  XGBoosterSlice: 'void *handle, int begin, int end, int step, _Out_ void **out',
  XGBoosterSaveModelToBuffer: 'void *handle, const char *config, _Out_ uint64_t *length, _Out_ void **out',
  XGBoosterLoadModelFromBuffer: 'void *handle, const uint8_t *buffer, uint64_t length',
  XGBoosterPredictFromDMatrix:
    'void *handle, void *matrix, const char *config, _Out_ void **shape, _Out_ uint64_t *dimensions, _Out_ void **out',
  XGBoosterFree: 'void *handle',
} as const;

export type CApi = Calls<keyof typeof SIGNATURES>;

const PREDICT_TYPE: Readonly<Record<Predicted, number>> = { raw: 1, leaf: 6, contribution: 2 };

/** Copies the rows; NaN is missing. */
export function createMatrix(
  api: CApi,
  { features, rows, columns }: Pick<Observations, 'features' | 'rows' | 'columns'>,
): Handle {
  const out: Pointer[] = [null];
  api.XGDMatrixCreateFromMat(features, rows, columns, Number.NaN, out);
  return new Handle(out[0] ?? null, (pointer) => api.XGDMatrixFree(pointer));
}

export function createLabelledMatrix(api: CApi, data: Observations): Handle {
  return filled(createMatrix(api, data), (own) => {
    api.XGDMatrixSetFloatInfo(own, 'label', Float32Array.from(data.labels), data.rows);
    api.XGDMatrixSetFloatInfo(own, 'weight', data.weights, data.rows);
  });
}

function ownBooster(api: CApi, pointer: Pointer | undefined): Handle {
  return new Handle(pointer ?? null, (own) => api.XGBoosterFree(own));
}

/** @param parameters - `name=value`, separated by spaces */
export function createBooster(api: CApi, matrices: readonly Handle[], parameters: string): Handle {
  const out: Pointer[] = [null];
  const pointers = matrices.map(({ pointer }) => pointer);
  api.XGBoosterCreate(pointers.length === 0 ? null : pointers, pointers.length, out);
  return filled(ownBooster(api, out[0]), (own) => {
    for (const parameter of parameters.split(' ')) {
      const [name, value] = parameter.split('=');
      api.XGBoosterSetParam(own, name, value);
    }
  });
}

/** The loss on a matrix. */
export function lossOn(api: CApi, booster: Handle, matrix: Handle, round: number): number {
  const out: (string | null)[] = [null];
  api.XGBoosterEvalOneIter(booster.pointer, round, [matrix.pointer], ['later'], 1, out);
  return Number(/later-\w+:(\S+)/.exec(out[0] ?? '')?.[1] ?? Number.NaN);
}

/** The model as JSON text, with its first `rounds` rounds. */
export function modelText(api: CApi, booster: Handle, rounds: number): string {
  const sliced: Pointer[] = [null];
  api.XGBoosterSlice(booster.pointer, 0, rounds, 1, sliced);
  using kept = ownBooster(api, sliced[0]);
  const length: (number | bigint)[] = [0];
  const out: Pointer[] = [null];
  api.XGBoosterSaveModelToBuffer(kept.pointer, '{"format":"json"}', length, out);
  // The buffer is the library's: it is copied into a string before the next call.
  return new TextDecoder().decode(koffi.view(out[0], Number(length[0])));
}

export function loadBooster(api: CApi, text: string): Handle {
  const booster = createBooster(api, [], 'nthread=1 verbosity=0');
  const bytes = new TextEncoder().encode(text);
  return filled(booster, (own) => api.XGBoosterLoadModelFromBuffer(own, bytes, bytes.length));
}

/** Answers about each row, `width` of them; leaves are the numbers of nodes. */
export function predict(
  api: CApi,
  booster: Handle,
  data: Pick<Observations, 'features' | 'rows' | 'columns'>,
  kind: Predicted,
  width: number,
): Float64Array {
  using matrix = createMatrix(api, data);
  const config = { type: PREDICT_TYPE[kind], training: false, iteration_begin: 0, iteration_end: 0 };
  const out: Pointer[] = [null];
  const text = JSON.stringify({ ...config, strict_shape: false });
  api.XGBoosterPredictFromDMatrix(booster.pointer, matrix.pointer, text, [null], [0], out);
  // The answers are the library's until its next call: they are copied at once.
  return Float64Array.from(new Float32Array(koffi.view(out[0], data.rows * width * 4)));
}
