import koffi, { type LibraryHandle } from 'koffi';
import { InvariantViolated } from '../../shared/errors.ts';

/** A pointer that belongs to the library; null once it is freed. */
export type Pointer = bigint | null;

type Call = (...values: readonly unknown[]) => number;

const SIGNATURES = {
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

export type CApi = { readonly [name in keyof typeof SIGNATURES]: Call };

/**
 * LightGBM's C API. Each call throws with the library's own words when it fails.
 * Calls block and keep their error per thread: use it in a worker thread only.
 *
 * @throws InvariantViolated naming the file, when it cannot be loaded
 */
export function loadCApi(lightgbm: string, openmp: string | null): CApi {
  // Spinning OpenMP threads turn seconds into minutes on shared cores; read once, when libgomp loads.
  process.env['OMP_WAIT_POLICY'] = 'PASSIVE';
  const library = open(openmp, lightgbm);
  const lastError = library.func('const char *LGBM_GetLastError()') as () => string;
  const bind = (name: string, parameters: string): Call => {
    const call = library.func(`int ${name}(${parameters})`);
    return (...values) => {
      const status = call(...values) as number;
      if (status !== 0) throw new InvariantViolated(`${name}: expected success, was: ${lastError()}`);
      return status;
    };
  };
  const bound = Object.entries(SIGNATURES).map(([name, parameters]) => [name, bind(name, parameters)]);
  return Object.fromEntries(bound) as CApi;
}

function open(openmp: string | null, lightgbm: string): LibraryHandle {
  try {
    if (openmp !== null) koffi.load(openmp, { global: true });
    return koffi.load(lightgbm);
  } catch (cause) {
    throw new InvariantViolated(`${lightgbm}: expected a loadable library, was: ${String(cause)}`, { cause });
  }
}

/** A native object that is freed exactly once; using it afterwards throws instead of crashing the process. */
export class Handle {
  #pointer: Pointer;
  readonly #free: (pointer: Pointer) => void;

  constructor(pointer: Pointer, free: (pointer: Pointer) => void) {
    this.#pointer = pointer;
    this.#free = free;
  }

  get pointer(): bigint {
    if (this.#pointer === null)
      throw new InvariantViolated('LightGBM handle: expected a live one, was freed');
    return this.#pointer;
  }

  [Symbol.dispose](): void {
    if (this.#pointer === null) return;
    const pointer = this.#pointer;
    this.#pointer = null;
    this.#free(pointer);
  }
}
