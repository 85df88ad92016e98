import type { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { DataStack } from '../stacks/data.ts';
import { nativeLayer, optionalLayer } from './native-layer.ts';
import { REGISTRY_EXPORTS } from './registry-exports.ts';
import { StageFunction } from './stage-function.ts';
import type { StagePart } from './stage-part.ts';
import { trainingImage } from './training-image.ts';
import { TrainingJob } from './training-job.ts';

interface LearningPartsProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly onnxruntime: LayerVersion;
}

/** What plans, trains and judges candidates, for every machine that has them made. */
export interface LearningParts {
  readonly plan: StageFunction;
  readonly train: StageFunction;
  /** The same training where a Lambda would be too small. */
  readonly job: TrainingJob;
  /** What makes a candidate of a model that was trained elsewhere. */
  readonly importModel: StageFunction;
  readonly evaluate: StageFunction;
}

export function learningParts(
  scope: Construct,
  { settings, data, onnxruntime }: LearningPartsProps,
): LearningParts {
  const plan = new StageFunction(scope, { stage: 'train', part: 'plan', settings }).readsTable(
    'DATASETS_TABLE',
    data.datasets,
  );
  const must = ['lightgbm', 'koffi'].map((name) => nativeLayer(scope, name, settings));
  // The production family is a must; another one says that its library is absent.
  const may = optionalLayer(scope, 'xgboost', settings);
  const train = new StageFunction(scope, {
    ...{ stage: 'train', part: 'candidate', settings },
    // Three processors, for what is trained below `job_above` (measured: docs/decisions/0031), and the longest there is.
    ...{ memoryMb: 5308, timeoutS: 900 },
    layers: [onnxruntime, ...must, ...may],
  });
  const image = trainingImage(scope, 'TrainingImage', {
    settings,
    layers: ['onnxruntime', 'koffi', 'lightgbm'],
    optionalLayers: ['xgboost'],
  });
  // One model, scored a few times: no library but LightGBM's is asked, and the dataset is read once.
  const importModel = new StageFunction(scope, {
    ...{ stage: 'train', part: 'import', settings, memoryMb: 3008, timeoutS: 600 },
    layers: [onnxruntime, ...must],
  }).readsBucket('LAKE_BUCKET', data.lake, ['imported/models/']);
  const job = new TrainingJob(scope, 'TrainingJob', { settings, image, lake: data.lake });
  for (const part of [train, job, importModel]) trains(part, data);
  job.writesBucket('LAKE_BUCKET', data.lake, ['training-jobs/']);
  return { plan, train, job, importModel, evaluate: evaluation(scope, settings, data, onnxruntime) };
}

/** Production's bundle is asked about days on which it was not live; what it answered live is in the recommendations. */
function evaluation(
  scope: Construct,
  settings: Settings,
  data: DataStack,
  onnxruntime: LayerVersion,
): StageFunction {
  return new StageFunction(scope, {
    ...{ stage: 'evaluate', part: 'verdict', settings, memoryMb: 1769, timeoutS: 300 },
    layers: [onnxruntime],
    environment: { GATE_PROFILE: settings.gateProfile },
  })
    .writesTable('MODELS_TABLE', data.models)
    .readsTable('DATASETS_TABLE', data.datasets)
    .readsTable('BATCHES_TABLE', data.batches)
    .readsTable('RECOMMENDATIONS_TABLE', data.recommendations, ['by-day'])
    .readsBucket('AUDIT_BUCKET', data.auditLog, ['trials/'])
    .readsBucket('LAKE_BUCKET', data.lake, ['models/', 'features/', 'chain/'])
    .writesBucket('LAKE_BUCKET', data.lake, ['reports/', ...REGISTRY_EXPORTS]);
}

/** What a training reads and writes, wherever it runs. */
function trains(part: StagePart, data: DataStack): void {
  part
    .readsTable('DATASETS_TABLE', data.datasets)
    .writesTable('MODELS_TABLE', data.models)
    .readsBucket('LAKE_BUCKET', data.lake, ['features/', 'labels/'])
    .writesBucket('LAKE_BUCKET', data.lake, ['models/', 'reports/'])
    .writesBucket('AUDIT_BUCKET', data.auditLog, ['trials/']);
}
