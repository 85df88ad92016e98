import koffi from 'koffi';

/** LightGBM's C functions and nothing else: what a trainer cannot be faster than. Blocks; one run a call. */
export function bareLightGbm(library: string, openmp: string) {
  koffi.load(openmp, { global: true });
  const lib = koffi.load(library);
  const create = lib.func(
    'int LGBM_DatasetCreateFromMat(const float *data, int type, int32_t rows, int32_t columns, int row_major, const char *parameters, void *reference, _Out_ void **out)',
  );
  const setField = lib.func(
    'int LGBM_DatasetSetField(void *handle, const char *field, const float *values, int count, int type)',
  );
  const booster = lib.func('int LGBM_BoosterCreate(void *data, const char *parameters, _Out_ void **out)');
  const update = lib.func('int LGBM_BoosterUpdateOneIter(void *handle, _Out_ int *finished)');
  const save = lib.func(
    'int LGBM_BoosterSaveModelToString(void *handle, int start, int count, int importance, int64_t size, _Out_ int64_t *length, _Out_ uint8_t *out)',
  );
  const freeBooster = lib.func('int LGBM_BoosterFree(void *handle)');
  const freeDataset = lib.func('int LGBM_DatasetFree(void *handle)');

  return (
    data: {
      values: Float32Array;
      rows: number;
      columns: number;
      labels: Float32Array;
      weights: Float32Array;
    },
    parameters: string,
    rounds: number,
  ): string => {
    const dataset: unknown[] = [null];
    create(data.values, 0, data.rows, data.columns, 1, parameters, null, dataset);
    setField(dataset[0], 'label', data.labels, data.rows, 0);
    setField(dataset[0], 'weight', data.weights, data.rows, 0);
    const model: unknown[] = [null];
    booster(dataset[0], parameters, model);
    for (let round = 0; round < rounds; round += 1) update(model[0], [0]);
    const length: (number | bigint)[] = [0];
    const buffer = new Uint8Array(1 << 24);
    save(model[0], 0, rounds, 0, buffer.length, length, buffer);
    freeBooster(model[0]);
    freeDataset(dataset[0]);
    return new TextDecoder().decode(buffer.subarray(0, Number(length[0]) - 1));
  };
}
