import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, type LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { StageName } from '../../shared/journey.ts';
import { bundleFolder } from '../bundle.ts';
import type { Settings } from '../settings.ts';
import { StagePart } from './stage-part.ts';

interface StageFunctionProps {
  readonly stage: StageName | 'read';
  readonly part: string;
  readonly settings: Settings;
  readonly memoryMb?: number;
  readonly timeoutS?: number;
  readonly layers?: readonly LayerVersion[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The Lambda function of one part of a stage, bundled from functions/<stage>/<part>.handler.ts. */
export class StageFunction extends StagePart {
  readonly role: Role;
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, { stage, part, settings, ...props }: StageFunctionProps) {
    super(scope, `${stage}-${part}`);
    const folder = bundleFolder(stage, part);
    if (!existsSync(join(folder, 'index.js'))) {
      throw new Error(`functions/${stage}/${part}.handler.ts: expected a bundle in ${folder}, was nothing`);
    }
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${stage} ${part}: exactly what the function uses`,
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: settings.architecture,
      handler: 'index.handler',
      code: Code.fromAsset(folder),
      role: this.role,
      logGroup,
      memorySize: props.memoryMb ?? 512,
      timeout: Duration.seconds(props.timeoutS ?? 30),
      layers: [...(props.layers ?? [])],
      environment: {
        POWERTOOLS_SERVICE_NAME: stage,
        POWERTOOLS_METRICS_NAMESPACE: 'OiLoop',
        ...props.environment,
      },
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [`${logGroup.logGroupArn}`]);
  }

  protected setVariable(name: string, value: string): void {
    this.lambda.addEnvironment(name, value);
  }

  /** Consumes a queue with partial batch responses. A window gathers messages for up to `windowS` seconds. */
  consumes(queue: IQueue, options: { batchSize: number; windowS?: number; maxConcurrency?: number }): this {
    this.lambda.addEventSource(
      new SqsEventSource(queue, {
        batchSize: options.batchSize,
        reportBatchItemFailures: true,
        ...(options.windowS === undefined ? {} : { maxBatchingWindow: Duration.seconds(options.windowS) }),
        ...(options.maxConcurrency === undefined ? {} : { maxConcurrency: options.maxConcurrency }),
      }),
    );
    return this;
  }
}
