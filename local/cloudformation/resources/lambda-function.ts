import * as z from 'zod';
import type { Roles } from '../../iam/roles.ts';
import type { LambdaService } from '../../lambda/contract.ts';
import { arn } from '../arn.ts';
import type { CloudIdentity } from '../identity.ts';
import { nameOf, type ResourceHandler, resourceHandler } from '../resource.ts';
import { assetPath } from './asset-path.ts';
import { assertWithinLimits } from './lambda-limits.ts';

const Code = z.union([
  z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  z.strictObject({ ZipFile: z.string() }),
]);

export interface FunctionServices {
  readonly lambda: Pick<LambdaService, 'createFunction'>;
  readonly roles: Roles;
  readonly identity: CloudIdentity;
  readonly assets: ReadonlyMap<string, string>;
  /** ARN of a layer version -> its folder. */
  readonly layers: ReadonlyMap<string, string>;
}

/** `AWS::Lambda::Function` of any runtime; only Node.js ones can be invoked. */
export function functionHandler(services: FunctionServices): ResourceHandler {
  return resourceHandler({
    types: ['AWS::Lambda::Function'],
    honoured: {
      FunctionName: z.string().optional(),
      Code,
      Handler: z.string(),
      Runtime: z.string(),
      Role: z.string(),
      Timeout: z.number().default(3),
      MemorySize: z.number().default(128),
      ReservedConcurrentExecutions: z.number().int().optional(),
      Layers: z.array(z.string()).default([]),
      Environment: z
        .strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
        .optional(),
    },
    ignored: {
      Architectures: 'the functions run on the machine’s own',
      Description: 'text for people',
      EphemeralStorage: 'the temporary folder is as large as the disk',
      KmsKeyArn: 'encryption at rest is the disk',
      LoggingConfig: 'log files lie below the state folder',
      SnapStart: 'not there for Node.js',
      Tags: 'labels for people and bills',
      TracingConfig: 'nothing is traced locally',
    },
    create(properties, address) {
      const name = nameOf(properties.FunctionName, address, 64);
      const folders = {
        codeFolder: codeFolder(properties.Code, services, properties.Runtime),
        layerFolders: properties.Layers.map((layer) => layerFolder(layer, services)),
      };
      const environment = properties.Environment?.Variables ?? {};
      assertWithinLimits(name, [folders.codeFolder, ...folders.layerFolders], environment);
      const functionArn = arn(services.identity, 'lambda', `function:${name}`);
      services.lambda.createFunction({
        name,
        arn: functionArn,
        runtime: properties.Runtime,
        handler: properties.Handler,
        ...folders,
        environment,
        timeoutSeconds: properties.Timeout,
        memoryMb: properties.MemorySize,
        reservedConcurrency: properties.ReservedConcurrentExecutions,
        credentials: services.roles.byArn(properties.Role).key,
        retryAttempts: 2,
      });
      return { ref: name, attributes: { Arn: functionArn } };
    },
  });
}

function codeFolder(code: z.infer<typeof Code>, services: FunctionServices, runtime: string): string {
  if ('S3Key' in code) return assetPath(services.assets, code.S3Key);
  // Inline code is how the CDK ships its own helpers, in Python; what they do is done by their resource's handler.
  if (!runtime.startsWith('nodejs')) return '';
  throw new Error('expected function code as an asset, was inline (ZipFile)');
}

function layerFolder(layerArn: string, { layers }: FunctionServices): string {
  const folder = layers.get(layerArn);
  if (folder === undefined) throw new Error(`expected a layer of the templates, was ${layerArn}`);
  return folder;
}
