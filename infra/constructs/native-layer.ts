import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { architectureName, type Settings } from '../settings.ts';

/**
 * The Lambda layer layers/<name>, built beforehand for the environment's architecture.
 * @throws Error with the command that builds it when it is not there.
 */
export function nativeLayer(scope: Construct, name: string, settings: Settings): LayerVersion {
  const arch = architectureName(settings.architecture);
  const folder = join(import.meta.dirname, '..', '..', 'layers', name, 'build', arch);
  if (!existsSync(folder)) {
    throw new Error(
      `layers/${name}/build/${arch}: expected the built layer; run: node layers/${name}/build.ts --arch ${arch}`,
    );
  }
  return new LayerVersion(scope, `Layer-${name}`, {
    code: Code.fromAsset(folder),
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [settings.architecture],
    description: `Native code of ${name}`,
  });
}
