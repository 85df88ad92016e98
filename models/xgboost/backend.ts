import { boostRounds } from '../boosting/boost-rounds.ts';
import { bindLibrary } from '../boosting/native-library.ts';
import type { Backend, TrainReply, TrainRequest, Watch } from '../boosting/protocol.ts';
import {
  type CApi,
  createBooster,
  createLabelledMatrix,
  loadBooster,
  lossOn,
  modelText,
  predict,
  SIGNATURES,
} from './booster.ts';

/** XGBoost's C interface, for a worker thread. @throws InvariantViolated naming the file that cannot be loaded */
export function xgBoostBackend(library: string, openmp: string | null): Backend {
  const api: CApi = bindLibrary(library, openmp, SIGNATURES, 'XGBGetLastError');
  return {
    train: (request, watch) => train(api, request, watch),
    predict({ text, kind, width, ...data }) {
      using booster = loadBooster(api, text);
      return predict(api, booster, data, kind, width);
    },
  };
}

function train(api: CApi, request: TrainRequest, watch: Watch): TrainReply {
  using training = createLabelledMatrix(api, request.training);
  using validation = request.validation === null ? null : createLabelledMatrix(api, request.validation);
  const matrices = validation === null ? [training] : [training, validation];
  using booster = createBooster(api, matrices, request.parameters);
  const own = {
    boost(round: number) {
      api.XGBoosterUpdateOneIter(booster.pointer, round, training.pointer);
      return false;
    },
    validationLoss: (round: number) => lossOn(api, booster, validation as typeof training, round),
    text: (rounds: number) => modelText(api, booster, rounds),
  };
  return boostRounds(own, request, watch);
}
