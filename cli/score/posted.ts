import { readJsonFile } from '../../shared/adapters/json/json-file.ts';
import { describeValue } from '../../shared/describe-issue.ts';
import { RejectedInput } from '../../shared/errors.ts';

/** What `./oi score` is to be answered on; at most one of them. */
export interface ScoreFiles {
  readonly snapshot?: string | undefined;
  readonly window?: string | undefined;
  readonly features?: string | undefined;
}

/**
 * The part of a scoring request that a file holds. A snapshot: one object. A window: a list of them, or an object with
 * `snapshots`. Features: values by name, or an object with `features` and `timestamp`. A recommendation's own
 * `given_features` can be posted again. `.gz` is decompressed; what the values must be is the API's to say.
 * @throws RejectedInput that names the file and what is wrong
 */
export async function postedOf({ snapshot, window, features }: ScoreFiles): Promise<Record<string, unknown>> {
  if (snapshot !== undefined)
    return { snapshot: recordOf(await readJsonFile(snapshot, 'a snapshot'), snapshot) };
  if (window !== undefined) return { window: listOf(await readJsonFile(window, 'a window'), window) };
  if (features !== undefined) return featuresOf(recordOf(await readJsonFile(features, 'features'), features));
  return {};
}

function featuresOf(read: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { features = read['given_features'], timestamp } = read;
  if (typeof features !== 'object' || features === null) return { features: read };
  return timestamp === undefined ? { features } : { features, timestamp };
}

function listOf(read: unknown, path: string): readonly unknown[] {
  const list = Array.isArray(read) ? read : (recordOf(read, path)['snapshots'] as unknown);
  if (Array.isArray(list)) return list;
  const message = `${path}: expected a list of snapshots, was ${describeValue(read)}; write [snapshot, snapshot, ...]`;
  throw new RejectedInput(message, { field: 'file' });
}

function recordOf(read: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof read === 'object' && read !== null && !Array.isArray(read))
    return read as Record<string, unknown>;
  const message = `${path}: expected one object, was ${describeValue(read)}; a list of snapshots is a window`;
  throw new RejectedInput(message, { field: 'file' });
}
