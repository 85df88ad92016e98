import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Code and layers together, unpacked. */
export const UNPACKED_LIMIT_BYTES = 262_144_000;
/** Names and values of all environment variables. */
export const ENVIRONMENT_LIMIT_BYTES = 4096;
const MOST_LAYERS = 5;

const sizes = new Map<string, number>();

/** Refuses a function that AWS would refuse: more than five layers, 250 MB unpacked, or 4 KB of environment. */
export function assertWithinLimits(
  name: string,
  folders: readonly string[],
  environment: Readonly<Record<string, string>>,
): void {
  if (folders.length > MOST_LAYERS + 1) {
    throw new Error(`${name}: expected at most ${MOST_LAYERS} layers, was ${folders.length - 1}`);
  }
  const bytes = folders.reduce((sum, folder) => sum + folderBytes(folder), 0);
  if (bytes > UNPACKED_LIMIT_BYTES) {
    throw new Error(
      `${name}: expected code and layers of at most ${UNPACKED_LIMIT_BYTES} bytes, was ${bytes}`,
    );
  }
  const variables = Object.entries(environment).flat();
  const environmentBytes = variables.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (environmentBytes > ENVIRONMENT_LIMIT_BYTES) {
    const limit = `${ENVIRONMENT_LIMIT_BYTES} bytes of environment variables`;
    throw new Error(`${name}: expected at most ${limit}, was ${environmentBytes}`);
  }
}

/** Bytes of all files below a folder; layers are shared, so that each is measured once. */
function folderBytes(folder: string): number {
  if (folder === '') return 0;
  let bytes = sizes.get(folder);
  if (bytes === undefined) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    sizes.set(folder, bytes);
  }
  return bytes;
}
