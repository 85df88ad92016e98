import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SymlinkFollowMode } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { jobFolder } from '../bundle.ts';
import type { Settings } from '../settings.ts';
import { absence, builtFolder } from './native-layer.ts';

const DOCKERFILE = join(import.meta.dirname, '..', '..', 'functions', 'train', 'Dockerfile');

/** Where the native layers lie in the image, as its Dockerfile says it. */
const PLACES = [
  { inLayer: 'lib', inImage: 'lib' },
  { inLayer: join('nodejs', 'node_modules'), inImage: 'node_modules' },
];

interface TrainingImageProps {
  readonly settings: Settings;
  /** Native layers that must be built, and those that may be. */
  readonly layers: readonly string[];
  readonly optionalLayers: readonly string[];
}

/**
 * The image of functions/train/candidate.job.ts: its bundle, and the native code of the layers. The synthesis writes
 * down the folder; `cdk deploy` builds the image of it, which is all that wants Docker.
 * @throws Error with the command that builds a layer when it is not there.
 */
export function trainingImage(scope: Construct, id: string, props: TrainingImageProps): DockerImageAsset {
  const { jobArchitecture: architecture } = props.settings;
  const directory = jobFolder('train', 'candidate');
  cpSync(DOCKERFILE, join(directory, 'Dockerfile'));
  for (const name of props.layers) {
    if (!existsSync(builtFolder(name, { architecture }))) throw new Error(absence(name, { architecture }));
  }
  const built = [...props.layers, ...props.optionalLayers].map((name) => builtFolder(name, { architecture }));
  for (const folder of built.filter((one) => existsSync(one))) linkInto(directory, folder);
  return new DockerImageAsset(scope, id, {
    directory,
    platform: architecture === Architecture.ARM_64 ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
    followSymlinks: SymlinkFollowMode.ALWAYS,
  });
}

/** Links, since the synthesis makes a copy of its own anyway. */
function linkInto(directory: string, layer: string): void {
  for (const { inLayer, inImage } of PLACES) {
    const from = join(layer, inLayer);
    for (const name of existsSync(from) ? readdirSync(from) : []) {
      const link = join(directory, inImage, name);
      mkdirSync(dirname(link), { recursive: true });
      // Two libraries bring the same OpenMP along.
      if (!existsSync(link)) symlinkSync(join(from, name), link);
    }
  }
}
