import { parentPort, workerData } from 'node:worker_threads';
import { loadBooster, type Predicted, predict } from './booster.ts';
import { loadCApi } from './c-api.ts';
import { type TrainReply, type TrainRequest, trainBooster } from './train-booster.ts';

/** What the thread is started with. */
export interface WorkerStart {
  readonly lightgbm: string;
  readonly openmp: string | null;
}

export interface PredictRequest {
  readonly text: string;
  readonly features: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly kind: Predicted;
  readonly width: number;
}

export type Request =
  | { readonly id: number; readonly cancel: Int32Array; readonly train: TrainRequest }
  | { readonly id: number; readonly predict: PredictRequest };

export type Reply =
  | { readonly id: number; readonly round: number }
  | { readonly id: number; readonly trained: TrainReply }
  | { readonly id: number; readonly predicted: Float64Array }
  | { readonly id: number; readonly failure: { readonly name: string; readonly message: string } };

const port = parentPort;
if (port !== null) {
  const start = workerData as WorkerStart;
  const api = loadCApi(start.lightgbm, start.openmp);
  const reply = (message: Reply): void => port.postMessage(message);

  const work = (request: Request): Reply => {
    const { id } = request;
    if ('train' in request) {
      const cancelled = () => Atomics.load(request.cancel, 0) === 1;
      const onRound = (round: number) => reply({ id, round });
      return { id, trained: trainBooster(api, request.train, { cancelled, onRound }) };
    }
    const { text, kind, width, ...data } = request.predict;
    using booster = loadBooster(api, text);
    return { id, predicted: predict(api, booster, data, kind, width) };
  };

  port.on('message', (request: Request | 'close') => {
    if (request === 'close') return port.close();
    try {
      reply(work(request));
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      reply({ id: request.id, failure: { name, message } });
    }
    return undefined;
  });
}
