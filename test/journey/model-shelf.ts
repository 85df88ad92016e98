import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { LocalEndpoint } from '../../cli/connection.ts';
import { physicalName } from '../../local/cloudformation/physical-name.ts';
import { openStateFolder } from '../../local/control/state-folder.ts';
import { Roles } from '../../local/iam/roles.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { contentHash } from '../../shared/domain/lake/content-hash.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { type Bundle, bundleHash, bundleVersion } from '../../shared/domain/training/bundle.ts';
import type { Candidate } from '../../shared/ports/model-trainer.ts';
import { aModelVersion } from '../factories/registry.ts';
import { templatesIn } from '../infra/synthesise.ts';
import { outputsOf } from './cloud-process.ts';

/** Puts candidates on the shelf as training and evaluation leave them, with the rights of the training function. */
export interface ModelShelf {
  put(endpoint: LocalEndpoint, candidate: Candidate): Promise<ModelVersion>;
}

/** Call it before the local cloud starts on `directory`: the folder's secret gives the role's key. */
export function modelShelf(directory: string, cdkOut: string): ModelShelf {
  const folder = openStateFolder(directory);
  const name = roleName(cdkOut);
  const { key } = new Roles(folder.seed).add(name, `arn:aws:iam::000000000000:role/${name}`);
  folder.close();
  return {
    async put(local, { files, bundle }) {
      const { version, bundle_hash, logic_hash, exploratory, exchange, target } = bundle;
      const client = (service: 'S3' | 'DYNAMODB') => ({
        region: local.region,
        credentials: key,
        endpoint: local.environment[`AWS_ENDPOINT_URL_${service}`] as string,
      });
      const outputs = outputsOf(local);
      const lake = s3ObjectStore(
        new S3Client({ ...client('S3'), forcePathStyle: true }),
        outputs['LakeBucket'] as string,
      );
      const models = dynamoModelRegistry(
        new DynamoDBClient(client('DYNAMODB')),
        outputs['ModelsTable'] as string,
      );
      const verdict_key = `reports/${exchange}/${target}/${version}/verdict.json`;
      const verdict = JSON.stringify({ exchange, target, version, bundle_hash, pass: true, failed: [] });
      const row = aModelVersion({
        ...{ version, bundle_hash, logic_hash, exploratory, verdict_key, verdict_pass: true },
        ...{ exchange: exchange as Exchange, target },
        bundle_prefix: `models/${exchange}/${target}/${version}/`,
        ...{ status: 'approved', verdict_hash: contentHash(verdict) },
      });
      for (const [path, bytes] of files) await lake.put(`${row.bundle_prefix}${path}`, bytes);
      await lake.put(verdict_key, verdict);
      await models.add(row);
      return row;
    },
  };
}

function roleName(cdkOut: string): string {
  for (const [stack, { Resources }] of Object.entries(templatesIn(cdkOut))) {
    const id = Object.keys(Resources).find((one) => /^traincandidateRole[0-9A-F]{8}$/.test(one));
    if (id !== undefined) return physicalName(stack, id, 64);
  }
  throw new Error(`${cdkOut}: expected the role of the training function, was none`);
}

/** The candidate with another table of contents or files, whole again: its hashes are those of what it holds now. */
export function resealed(
  { files, bundle, ...rest }: Candidate,
  change: Partial<Bundle>,
  replaced: Readonly<Record<string, Uint8Array>> = {},
): Candidate {
  const hashes = { ...bundle.files };
  for (const [path, bytes] of Object.entries(replaced)) hashes[path] = contentHash(bytes);
  const bundle_hash = bundleHash(hashes);
  const version = bundleVersion(bundle.dataset_version, bundle_hash);
  const changed = { ...bundle, ...change, files: hashes, bundle_hash, version };
  const text = new TextEncoder().encode(JSON.stringify(changed));
  return {
    ...rest,
    bundle: changed,
    files: new Map([...files, ...Object.entries(replaced), ['bundle.json', text]]),
  };
}
