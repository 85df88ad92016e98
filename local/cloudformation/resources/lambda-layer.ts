import * as z from 'zod';
import { arn } from '../arn.ts';
import type { CloudIdentity } from '../identity.ts';
import { nameOf, type ResourceHandler, resourceHandler } from '../resource.ts';
import { assetPath } from './asset-path.ts';

/** `AWS::Lambda::LayerVersion`: remembers its folder under its ARN in `layers`. */
export function layerHandler(
  identity: CloudIdentity,
  assets: ReadonlyMap<string, string>,
  layers: Map<string, string>,
): ResourceHandler {
  return resourceHandler({
    types: ['AWS::Lambda::LayerVersion'],
    honoured: {
      LayerName: z.string().optional(),
      Content: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
    },
    ignored: {
      CompatibleArchitectures: 'the functions run on the machine’s own',
      CompatibleRuntimes: 'the functions run on this Node.js',
      Description: 'text for people',
      LicenseInfo: 'text for people',
    },
    create({ LayerName, Content }, address) {
      const layerArn = arn(identity, 'lambda', `layer:${nameOf(LayerName, address, 64)}:1`);
      layers.set(layerArn, assetPath(assets, Content.S3Key));
      return { ref: layerArn, attributes: { LayerVersionArn: layerArn } };
    },
  });
}
