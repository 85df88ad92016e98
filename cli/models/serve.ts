import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { sageMakerEndpoints } from '../../shared/adapters/sagemaker/model-endpoints.ts';
import { modelArchive } from '../../shared/adapters/tar/model-archive.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { verifyBundle } from '../../shared/domain/training/bundle.ts';
import { Conflict, InvariantViolated, NotFound, RejectedInput, Temporary } from '../../shared/errors.ts';
import type { ModelEndpoints } from '../../shared/ports/model-endpoints.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Connection } from '../connection.ts';

const HASH_DIGITS = 12;
const LOOK_EVERY_MS = 1000;
/** An instance takes minutes; SageMaker itself gives up on a container after eight. */
const WAIT_MS = 20 * 60_000;

/** An endpoint that serves a version's bundle. */
export interface Served {
  readonly endpoint: string;
  readonly instance_type: string;
  /** The archive in the lake. */
  readonly model_data: string;
  readonly archive_bytes: number;
}

interface Serving {
  readonly lake: ObjectStore;
  readonly endpoints: ModelEndpoints;
  readonly settings: NonNullable<Connection['serving']>;
  readonly lakeBucket: string;
}

/** What endpoints of an environment are made with. @throws NotFound for what was deployed before it had any. */
export function servingOf(connection: Connection): Serving {
  const { environment, region, serving: settings, lakeBucket, name, keyOf } = connection;
  if (settings === undefined) {
    throw new NotFound(
      `environment ${name}: expected the stack output ServingImage, was none; deploy it anew`,
    );
  }
  Object.assign(process.env, environment);
  const s3 = new S3Client({ region });
  const own = environment['AWS_ENDPOINT_URL_SAGEMAKER'];
  const endpoint = own ?? `https://api.sagemaker.${region}.amazonaws.com`;
  const credentials = keyOf('operator') ?? s3.config.credentials;
  return {
    lake: s3ObjectStore(s3, lakeBucket),
    endpoints: sageMakerEndpoints({ endpoint, region, credentials }),
    settings,
    lakeBucket,
  };
}

/** The endpoint of a version's bundle: one bundle, one name. */
export function endpointName(prefix: string, { exchange, bundle_hash }: ModelVersion): string {
  return `${prefix}${exchange.toLowerCase().replaceAll('_', '-')}-${bundle_hash.slice(0, HASH_DIGITS)}`;
}

/**
 * Makes the endpoint of a version: archive of the proven bundle, model, configuration, endpoint, each if it is not there
 * yet; then waits until it is in service. Done twice it finds its own work.
 * @throws InvariantViolated when the bundle is not the registered one, or the endpoint failed, with SageMaker's reason.
 */
export async function serveVersion(
  { lake, endpoints, settings, lakeBucket }: Serving,
  row: ModelVersion,
  tell: (text: string) => void,
): Promise<Served> {
  const archive = await archiveOf(lake, row);
  const key = `serving/${row.exchange}/${row.target}/${row.version}/model.tar.gz`;
  tell(`${key}: ${(archive.length / 1e6).toFixed(1)} MB`);
  await lake.put(key, archive);
  const name = endpointName(settings.prefix, row);
  const { image, roleArn, instanceType } = settings;
  const modelData = `s3://${lakeBucket}/${key}`;
  await endpoints.create({ name, image, roleArn, instanceType, modelData });
  tell(`${name}: model, configuration and endpoint are there; waiting until it is in service`);
  await untilInService(endpoints, name);
  return {
    endpoint: name,
    instance_type: instanceType,
    model_data: modelData,
    archive_bytes: archive.length,
  };
}

async function archiveOf(lake: ObjectStore, row: ModelVersion): Promise<Uint8Array> {
  const files = await bundleFiles(lake)(row.bundle_prefix);
  const { bundle_hash } = verifyBundle(files);
  if (bundle_hash === row.bundle_hash) return modelArchive(files);
  const field = `${row.bundle_prefix}bundle.json`;
  throw new InvariantViolated(
    `${field}: expected the registered bundle ${row.bundle_hash}, was ${bundle_hash}`,
    {
      field,
    },
  );
}

async function untilInService(endpoints: ModelEndpoints, name: string): Promise<void> {
  const untilMs = performance.now() + WAIT_MS;
  while (performance.now() < untilMs) {
    const found = await endpoints.find(name);
    if (found?.status === 'InService') return;
    if (found === undefined || found.status === 'Failed') {
      throw new InvariantViolated(
        `${name}: expected an endpoint in service, was ${found?.status ?? 'gone'}: ${found?.failure ?? 'no reason given'}`,
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
  throw new Temporary(
    `${name}: expected to be in service within 20 minutes; ask again with the same command`,
  );
}

/**
 * Removes the endpoint of a version; the archive stays, as the bundle does.
 * @throws Conflict while an entry of the registry names the endpoint; NotFound when there is none.
 */
export async function removeEndpoint(
  { endpoints, settings }: Pick<Serving, 'endpoints' | 'settings'>,
  row: ModelVersion,
  versions: readonly ModelVersion[],
): Promise<string> {
  const name = endpointName(settings.prefix, row);
  const user = versions.find(({ endpoint }) => endpoint === name);
  if (user !== undefined) {
    throw new Conflict(
      `${name}: expected an endpoint that no version names, was that of ${user.exchange} ${user.version}; ` +
        `first: ./oi models backend ${user.exchange} ${user.version} onnx`,
    );
  }
  if ((await endpoints.find(name)) === undefined)
    throw new NotFound(`${name}: expected an endpoint, was none`);
  await endpoints.remove(name);
  return name;
}

/** @throws RejectedInput when an endpoint is not one that can be asked. */
export async function assertInService(endpoints: Pick<ModelEndpoints, 'find'>, name: string): Promise<void> {
  const found = await endpoints.find(name);
  if (found?.status === 'InService') return;
  const message = `--endpoint: expected one in service, was ${found?.status ?? 'none'} (${name}); ./oi models serve makes it`;
  throw new RejectedInput(message, { field: 'endpoint' });
}
