import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SymlinkFollowMode } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { absence, builtFolder } from './native-layer.ts';

/** Where the native layers lie in the image, as its Dockerfile says it. */
const PLACES = [
  { inLayer: 'lib', inImage: 'lib' },
  { inLayer: join('nodejs', 'node_modules'), inImage: 'node_modules' },
];

interface NativeImageProps {
  /** The folder with the bundle; the Dockerfile and the native code are put there, too. */
  readonly directory: string;
  readonly dockerfile: string;
  readonly architecture: Architecture;
  /** Native layers that must be built, and those that may be. */
  readonly layers: readonly string[];
  readonly optionalLayers?: readonly string[];
}

/**
 * The image of a bundled entry point and the native code of the layers. The synthesis writes down the folder; `cdk
 * deploy` builds the image of it, which is all that wants Docker.
 * @throws Error with the command that builds a layer when it is not there.
 */
export function nativeImage(scope: Construct, id: string, props: NativeImageProps): DockerImageAsset {
  const { directory, dockerfile, architecture, layers, optionalLayers = [] } = props;
  cpSync(dockerfile, join(directory, 'Dockerfile'));
  for (const name of layers) {
    if (!existsSync(builtFolder(name, { architecture }))) throw new Error(absence(name, { architecture }));
  }
  const built = [...layers, ...optionalLayers].map((name) => builtFolder(name, { architecture }));
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
