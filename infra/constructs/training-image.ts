import { join } from 'node:path';
import type { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import { jobFolder } from '../bundle.ts';
import type { Settings } from '../settings.ts';
import { nativeImage } from './native-image.ts';

const DOCKERFILE = join(import.meta.dirname, '..', '..', 'functions', 'train', 'Dockerfile');

interface TrainingImageProps {
  readonly settings: Settings;
  /** Native layers that must be built, and those that may be. */
  readonly layers: readonly string[];
  readonly optionalLayers: readonly string[];
}

/** The image of functions/train/candidate.job.ts: its bundle, and the native code of the layers. */
export function trainingImage(scope: Construct, id: string, props: TrainingImageProps): DockerImageAsset {
  const { settings, layers, optionalLayers } = props;
  return nativeImage(scope, id, {
    ...{ directory: jobFolder('train', 'candidate'), dockerfile: DOCKERFILE },
    ...{ architecture: settings.jobArchitecture, layers, optionalLayers },
  });
}
