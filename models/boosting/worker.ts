import { parentPort, workerData } from 'node:worker_threads';
import { lightGbmBackend } from '../lightgbm/backend.ts';
import { xgBoostBackend } from '../xgboost/backend.ts';
import type { Backend, LibraryName, Reply, Request, ThreadStart } from './protocol.ts';

const BACKENDS: Readonly<Record<LibraryName, (library: string, openmp: string | null) => Backend>> = {
  lightgbm: lightGbmBackend,
  xgboost: xgBoostBackend,
};

const port = parentPort;
if (port !== null) {
  const { name, library, openmp } = workerData as ThreadStart;
  const backend = BACKENDS[name](library, openmp);
  const reply = (message: Reply): void => port.postMessage(message);

  const work = (request: Request): Reply => {
    const { id } = request;
    if ('predict' in request) return { id, predicted: backend.predict(request.predict) };
    const cancelled = () => Atomics.load(request.cancel, 0) === 1;
    const onRound = (round: number) => reply({ id, round });
    return { id, trained: backend.train(request.train, { cancelled, onRound }) };
  };

  port.on('message', (request: Request | 'close') => {
    if (request === 'close') return port.close();
    try {
      reply(work(request));
    } catch (error) {
      const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
      reply({ id: request.id, failure: { name: kind, message } });
    }
    return undefined;
  });
}
