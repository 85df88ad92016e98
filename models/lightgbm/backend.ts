import { boostRounds } from '../boosting/boost-rounds.ts';
import { bindLibrary } from '../boosting/native-library.ts';
import type { Backend, TrainReply, TrainRequest, Watch } from '../boosting/protocol.ts';
import {
  boost,
  type CApi,
  createBooster,
  createDataset,
  loadBooster,
  modelText,
  predict,
  SIGNATURES,
  validationLoss,
} from './booster.ts';

/** LightGBM's C interface, for a worker thread. @throws InvariantViolated naming the file that cannot be loaded */
export function lightGbmBackend(library: string, openmp: string | null): Backend {
  const api: CApi = bindLibrary(library, openmp, SIGNATURES, 'LGBM_GetLastError');
  return {
    train: (request, watch) => train(api, request, watch),
    predict({ text, kind, width, ...data }) {
      using booster = loadBooster(api, text);
      return predict(api, booster, data, kind, width);
    },
  };
}

function train(api: CApi, request: TrainRequest, watch: Watch): TrainReply {
  using training = createDataset(api, request.training, request.parameters, null);
  using booster = createBooster(api, training, request.parameters);
  using validation =
    request.validation === null ? null : createDataset(api, request.validation, request.parameters, training);
  if (validation !== null) api.LGBM_BoosterAddValidData(booster.pointer, validation.pointer);
  const own = {
    boost: () => boost(api, booster),
    validationLoss: () => validationLoss(api, booster),
    text: (rounds: number) => modelText(api, booster, rounds),
  };
  return boostRounds(own, request, watch);
}
