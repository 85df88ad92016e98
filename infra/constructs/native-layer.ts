import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations } from 'aws-cdk-lib';
import { Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { architectureName, type Settings } from '../settings.ts';

/**
 * The Lambda layer layers/<name>, built beforehand for the environment's architecture.
 * @throws Error with the command that builds it when it is not there.
 */
export function nativeLayer(scope: Construct, name: string, settings: Settings): LayerVersion {
  const folder = builtFolder(name, settings);
  if (!existsSync(folder)) throw new Error(absence(name, settings));
  return new LayerVersion(scope, `Layer-${name}`, {
    code: Code.fromAsset(folder),
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [settings.architecture],
    description: `Native code of ${name}`,
  });
}

/** The layer when it was built, else nothing and a note: a function that can do without says so when it is asked. */
export function optionalLayer(scope: Construct, name: string, settings: Settings): LayerVersion[] {
  if (existsSync(builtFolder(name, settings))) return [nativeLayer(scope, name, settings)];
  Annotations.of(scope).addInfo(`left out: ${absence(name, settings)}`);
  return [];
}

/** Where the layer's native code lies once it is built. */
export function builtFolder(name: string, { architecture }: Pick<Settings, 'architecture'>): string {
  return join(import.meta.dirname, '..', '..', 'layers', name, 'build', architectureName(architecture));
}

/** What to say when it is not. */
export function absence(name: string, { architecture }: Pick<Settings, 'architecture'>): string {
  const arch = architectureName(architecture);
  return `layers/${name}/build/${arch}: expected the built layer; run: node layers/${name}/build.ts --arch ${arch}`;
}
