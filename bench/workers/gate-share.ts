// Shows the gate shares of experiments in a thread of its own, one after the other as they come.
import { parentPort } from 'node:worker_threads';
import { type Experiment, runShare, type Share } from '../parts/gate-experiment.ts';

parentPort!.on('message', ({ experiment, share }: { experiment: Experiment; share: Share }) => {
  parentPort!.postMessage(runShare(experiment, share));
});
