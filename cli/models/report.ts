import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { reportPrefix } from '../../shared/domain/lake/paths.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { NotFound } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { type Connection, ENVIRONMENTS } from '../connection.ts';

/** Where the pages and numbers of a version were put. */
export interface FetchedReport {
  readonly folder: string;
  /** Pages first: what a person opens. */
  readonly files: readonly string[];
}

/** The lake of an environment, local or on AWS. */
export function lakeOf({ environment, region, lakeBucket }: Connection): ObjectStore {
  Object.assign(process.env, environment);
  return s3ObjectStore(new S3Client({ region }), lakeBucket);
}

/**
 * Copies the report and the verdict of a version into a folder: `.oi/env/<name>/reports/<exchange>/<version>/` unless
 * another is named. @throws NotFound when nothing was written for it.
 */
export async function fetchReport(
  environment: string,
  lake: ObjectStore,
  { exchange, target, version }: Pick<ModelVersion, 'exchange' | 'target' | 'version'>,
  into?: string,
): Promise<FetchedReport> {
  const prefix = reportPrefix(exchange, target, version);
  const keys = await lake.list(prefix);
  if (keys.length === 0) {
    throw new NotFound(
      `version: expected one with a report below ${prefix}, was ${version}; ./oi models lists them`,
      {
        field: 'version',
      },
    );
  }
  const folder = into ?? join(ENVIRONMENTS, environment, 'reports', exchange, version);
  mkdirSync(folder, { recursive: true });
  const names = keys.map((key) => key.slice(prefix.length));
  for (const [at, key] of keys.entries())
    writeFileSync(join(folder, names[at] as string), await lake.get(key));
  const isPage = (name: string) => name.endsWith('.html');
  return { folder, files: [...names.filter(isPage), ...names.filter((name) => !isPage(name))] };
}
