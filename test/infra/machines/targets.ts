import type { LearnTargets } from '../../../infra/machines/learn.ts';
import type { nightlyMachine } from '../../../infra/machines/nightly.ts';

/** What the machines that train call, by names that a test can tell apart. */
export const LEARN_TARGETS: LearnTargets = {
  planTraining: 'plan-training',
  train: 'train',
  trainingJob: {
    namePrefix: 'test-train-',
    reportBucket: 'lake',
    reportPrefix: 'training-jobs/',
    request: (TrainingJobName, HyperParameters) => ({ TrainingJobName, HyperParameters }),
  },
  evaluate: 'evaluate',
  promotionMachine: 'promotion',
  alertQueueUrl: 'queue',
};

export const NIGHTLY_TARGETS: Parameters<typeof nightlyMachine>[0] = {
  ...LEARN_TARGETS,
  ...{ plan: 'plan', compact: 'compact', feature: 'feature', label: 'label', outcome: 'outcome' },
  dataset: 'dataset',
};
