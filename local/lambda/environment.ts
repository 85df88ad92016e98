import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type CloudIdentity, serviceEndpoint } from '../cloudformation/identity.ts';
import type { FunctionDefinition } from './definition.ts';

/** Endpoint suffix of each service's variable `AWS_ENDPOINT_URL_<SERVICE>` -> path below `/aws/`. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  DYNAMODB: 'dynamodb',
  LAMBDA: 'lambda',
  S3: 's3',
  SAGEMAKER: 'sagemaker',
  // The runtime is another address of AWS, and signs for the same service.
  SAGEMAKER_RUNTIME: 'sagemaker',
  SCHEDULER: 'scheduler',
  SFN: 'states',
  SNS: 'sns',
  SQS: 'sqs',
  SSM: 'ssm',
};

/** Variables that lead any AWS SDK client to the local cloud under the given key. */
export function clientEnvironment(
  identity: CloudIdentity,
  key: FunctionDefinition['credentials'],
): Record<string, string> {
  const endpoints = Object.entries(ENDPOINTS).map(
    ([variable, service]) => [`AWS_ENDPOINT_URL_${variable}`, serviceEndpoint(identity, service)] as const,
  );
  return {
    AWS_REGION: identity.region,
    AWS_DEFAULT_REGION: identity.region,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    // Empty is none: a token that a person's shell holds belongs to another key, and would be refused with this one.
    AWS_SESSION_TOKEN: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries(endpoints),
  };
}

const INHERITED = ['PATH', 'SYSTEMROOT', 'WINDIR', 'COMSPEC', 'PATHEXT'];

/** What of the machine's own environment a process needs to start at all (Windows needs all but the first). */
export function inheritedVariables(): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(inherited);
}

/** The environment of a function's worker process; `folders` are absolute. */
export function workerEnvironment(
  definition: FunctionDefinition,
  identity: CloudIdentity,
  folders: { readonly temporary: string; readonly compileCache: string },
): Record<string, string> {
  return {
    ...inheritedVariables(),
    ...inLayers(definition.environment, definition.layerFolders),
    ...clientEnvironment(identity, definition.credentials),
    ...runtimeVariables(definition),
    ...libraryPaths(definition),
    TMPDIR: folders.temporary,
    TEMP: folders.temporary,
    HOME: folders.temporary,
    NODE_COMPILE_CACHE: folders.compileCache,
    // A person's own profile must never reach a function.
    AWS_CONFIG_FILE: join(folders.temporary, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folders.temporary, 'no-credentials'),
  };
}

function runtimeVariables(definition: FunctionDefinition): Record<string, string> {
  return {
    TZ: 'UTC',
    LANG: 'en_US.UTF-8',
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: definition.codeFolder,
    _HANDLER: definition.handler,
    POWERTOOLS_TRACE_ENABLED: 'false',
  };
}

function libraryPaths({ layerFolders, codeFolder }: FunctionDefinition): Record<string, string> {
  const layers = [...layerFolders].reverse();
  const modules = layers.flatMap((layer) => [
    join(layer, 'nodejs', 'node24', 'node_modules'),
    join(layer, 'nodejs', 'node_modules'),
  ]);
  const libraries = [codeFolder, join(codeFolder, 'lib'), ...layers.map((layer) => join(layer, 'lib'))];
  return { NODE_PATH: modules.join(delimiter), LD_LIBRARY_PATH: libraries.join(delimiter) };
}

/** Values that are paths below `/opt` lead to the layer that holds the file. */
function inLayers(
  environment: Readonly<Record<string, string>>,
  layerFolders: readonly string[],
): Record<string, string> {
  const found = (path: string) =>
    layerFolders.map((layer) => join(layer, path.slice('/opt/'.length))).findLast((file) => existsSync(file));
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.startsWith('/opt/') ? (found(value) ?? value) : value,
    ]),
  );
}
