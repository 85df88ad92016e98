import { join } from 'node:path';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { serverFolder } from '../bundle.ts';
import type { Settings } from '../settings.ts';
import type { DataStack } from '../stacks/data.ts';
import { acknowledge } from './acknowledge.ts';
import { nativeImage } from './native-image.ts';
import type { StagePart } from './stage-part.ts';

const DOCKERFILE = join(import.meta.dirname, '..', '..', 'functions', 'score', 'Dockerfile');
/** Below it in the lake: a version's bundle as an archive, as SageMaker wants it. */
const ARCHIVES = 'serving/';
const LOG_GROUP = '/aws/sagemaker/Endpoints';

interface ModelEndpointsProps {
  readonly settings: Settings;
  readonly data: DataStack;
}

/**
 * What an operator makes model endpoints of: the serving image and the role of its containers. The endpoints themselves
 * come and go with the models (`./oi models serve`), and are told by the beginning of their name.
 */
export class ModelEndpoints extends Construct {
  private readonly role: Role;
  private readonly data: DataStack;
  /** Of models, configurations and endpoints: one account has several environments. */
  private readonly namePrefix: string;

  constructor(scope: Construct, id: string, { settings, data }: ModelEndpointsProps) {
    super(scope, id);
    this.data = data;
    this.namePrefix = `${settings.environment}-score-`;
    // The functions' own architecture: across two, the same graph may round differently.
    const image = nativeImage(this, 'Image', {
      ...{ directory: serverFolder('score', 'endpoint'), dockerfile: DOCKERFILE },
      ...{ architecture: settings.architecture, layers: ['onnxruntime'] },
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com'),
      description: 'score as a model endpoint: exactly what its container uses',
    });
    image.repository.grantPull(this.role);
    this.letServe();
    acknowledge(
      this.role,
      'AwsSolutions-IAM5[Resource::*]',
      'The token of the image registry and metrics have no resource-level permissions.',
    );
    new CfnOutput(this, 'ServingImage', { value: image.imageUri }).overrideLogicalId('ServingImage');
    new CfnOutput(this, 'ServingRole', { value: this.role.roleArn }).overrideLogicalId('ServingRoleArn');
    new CfnOutput(this, 'ServingPrefix', { value: this.namePrefix }).overrideLogicalId('ServingPrefix');
    new CfnOutput(this, 'ServingType', { value: settings.servingInstance }).overrideLogicalId(
      'ServingInstance',
    );
  }

  /** A part of the score stage asks the environment's endpoints. */
  letAsk(part: StagePart): void {
    part.allow(['sagemaker:InvokeEndpoint'], [this.named('endpoint')]);
  }

  /** The operator deploys and removes endpoints of the environment, with the role of this image and no other. */
  letDeploy(operator: Role): void {
    const kinds = [
      { resource: 'model', actions: ['CreateModel', 'DescribeModel', 'DeleteModel'] },
      {
        resource: 'endpoint-config',
        actions: ['CreateEndpointConfig', 'DescribeEndpointConfig', 'DeleteEndpointConfig', 'CreateEndpoint'],
      },
      { resource: 'endpoint', actions: ['CreateEndpoint', 'DescribeEndpoint', 'DeleteEndpoint'] },
    ];
    for (const { resource, actions } of kinds) {
      operator.addToPolicy(
        new PolicyStatement({
          actions: actions.map((action) => `sagemaker:${action}`),
          resources: [this.named(resource)],
        }),
      );
    }
    operator.addToPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject'],
        resources: [this.data.lake.arnForObjects(`${ARCHIVES}*`)],
      }),
    );
    operator.addToPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      }),
    );
  }

  private named(resource: string): string {
    return Stack.of(this).formatArn({
      service: 'sagemaker',
      resource,
      resourceName: `${this.namePrefix}*`,
    });
  }

  /** The container reads its archive and writes its log; it asks nobody anything. */
  private letServe(): void {
    const logs = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${LOG_GROUP}/${this.namePrefix}*`,
    });
    const allow = (actions: string[], resources: string[]) =>
      this.role.addToPolicy(new PolicyStatement({ actions, resources }));
    allow(['s3:GetObject'], [this.data.lake.arnForObjects(`${ARCHIVES}*`)]);
    allow(
      ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      [logs.replace('log-group/', 'log-group:')],
    );
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/Endpoints' } },
      }),
    );
  }
}
