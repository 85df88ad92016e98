/** Absolute path of the asset that a template names by its object key. */
export function assetPath(assets: ReadonlyMap<string, string>, objectKey: string): string {
  const path = assets.get(objectKey);
  if (path === undefined) throw new Error(`expected an asset of the cloud assembly, was ${objectKey}`);
  return path;
}
