import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { inDependencyOrder } from './order.ts';
import { Template } from './template.ts';

/** One synthesised stack. */
export interface Stack {
  readonly name: string;
  readonly template: Template;
}

/** What `cdk synth` wrote: stacks in the order they must be deployed, and where each asset lies. */
export interface Assembly {
  readonly stacks: readonly Stack[];
  /** Object key of an asset (`<hash>.zip`) -> absolute path of its folder or file. */
  readonly assets: ReadonlyMap<string, string>;
  /** Tag of a container image -> the folder it is built from, and its Dockerfile there. */
  readonly images: ReadonlyMap<string, ImageSource>;
}

export interface ImageSource {
  readonly folder: string;
  readonly dockerFile: string;
}

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).default([]),
      properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

const AssetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z
    .record(
      z.string(),
      z.object({
        source: z.object({ directory: z.string(), dockerFile: z.string().default('Dockerfile') }),
        destinations: z.record(z.string(), z.object({ imageTag: z.string() })),
      }),
    )
    .default({}),
});

/**
 * Reads a cloud assembly (`cdk.out`).
 * Errors name the file that is missing or malformed and how to make it.
 */
export async function readAssembly(cdkOut: string): Promise<Assembly> {
  const manifest = Manifest.parse(await readJson(join(cdkOut, 'manifest.json')));
  const stackIds = Object.keys(manifest.artifacts).filter((id) => typeOf(id) === 'aws:cloudformation:stack');
  const dependenciesOf = (id: string) =>
    (manifest.artifacts[id]?.dependencies ?? []).filter((dependency) => stackIds.includes(dependency));
  function typeOf(id: string) {
    return manifest.artifacts[id]?.type;
  }
  const stacks: Stack[] = [];
  for (const id of inDependencyOrder(stackIds, dependenciesOf)) {
    const file = join(cdkOut, String(manifest.artifacts[id]?.properties['templateFile']));
    const name = String(manifest.artifacts[id]?.properties['stackName'] ?? id);
    stacks.push({ name, template: parseTemplate(file, await readJson(file)) });
  }
  const assetIds = Object.keys(manifest.artifacts).filter((id) => typeOf(id) === 'cdk:asset-manifest');
  const files = assetIds.map((id) => join(cdkOut, String(manifest.artifacts[id]?.properties['file'])));
  return { stacks, ...(await readAssets(cdkOut, files)) };
}

async function readAssets(
  cdkOut: string,
  manifests: readonly string[],
): Promise<Pick<Assembly, 'assets' | 'images'>> {
  const assets = new Map<string, string>();
  const images = new Map<string, ImageSource>();
  for (const manifest of manifests) {
    const { files, dockerImages } = AssetManifest.parse(await readJson(manifest));
    for (const { source, destinations } of Object.values(files)) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations))
        assets.set(objectKey, join(cdkOut, source.path));
    }
    for (const { source, destinations } of Object.values(dockerImages)) {
      const image = { folder: join(cdkOut, source.directory), dockerFile: source.dockerFile };
      for (const { imageTag } of Object.values(destinations)) images.set(imageTag, image);
    }
  }
  return { assets, images };
}

function parseTemplate(file: string, json: unknown): Template {
  const parsed = Template.safeParse(json);
  if (!parsed.success)
    throw new Error(`${file} is not a template the local cloud can run: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new Error(`expected a synthesised CDK app in ${file} (run: node infra/app.ts), was unreadable`, {
      cause,
    });
  }
}
