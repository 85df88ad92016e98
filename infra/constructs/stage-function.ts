import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, type LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { StageName } from '../../shared/journey.ts';
import { bundleFolder } from '../bundle.ts';
import type { Settings } from '../settings.ts';

interface StageFunctionProps {
  readonly stage: StageName | 'read';
  readonly part: string;
  readonly settings: Settings;
  readonly memoryMb?: number;
  readonly timeoutS?: number;
  readonly layers?: readonly LayerVersion[];
  readonly environment?: Readonly<Record<string, string>>;
}

const TABLE_READS = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:ConditionCheckItem',
];
const TABLE_WRITES = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];

/**
 * The Lambda function of one part of a stage, bundled from functions/<stage>/<part>.handler.ts. Each `uses…` call
 * sets the environment variable and grants the access together, so that neither is ever there without the other.
 */
export class StageFunction extends Construct {
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
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${stage} ${part}: exactly what the function uses`,
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: settings.architecture,
      handler: 'index.handler',
      code: Code.fromAsset(folder),
      role,
      logGroup,
      memorySize: props.memoryMb ?? 512,
      timeout: Duration.seconds(props.timeoutS ?? 30),
      layers: [...(props.layers ?? [])],
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: stage,
        POWERTOOLS_METRICS_NAMESPACE: 'OiLoop',
        ...props.environment,
      },
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [`${logGroup.logGroupArn}`]);
  }

  /** Reads a table, and those of its indexes that are named. */
  readsTable(variable: string, table: ITable, indexes: readonly string[] = []): this {
    return this.tableAccess(variable, table, indexes, TABLE_READS);
  }

  /** Reads and writes a table; nothing is ever removed from one, unless `deletesFrom` says so. */
  writesTable(variable: string, table: ITable, indexes: readonly string[] = []): this {
    return this.tableAccess(variable, table, indexes, [...TABLE_READS, ...TABLE_WRITES]);
  }

  deletesFrom(table: ITable): this {
    return this.allow(['dynamodb:DeleteItem'], [table.tableArn]);
  }

  /** Read access to the objects below `prefixes` of a bucket (`raw/`), and to the listing of the bucket. */
  readsBucket(variable: string, bucket: IBucket, prefixes: readonly string[]): this {
    this.allow(['s3:ListBucket'], [bucket.bucketArn]);
    return this.objectAccess(variable, bucket, prefixes, ['s3:GetObject']);
  }

  /** Read and write access, and removal where `remove` is set, below `prefixes` of a bucket. */
  writesBucket(variable: string, bucket: IBucket, prefixes: readonly string[], remove = false): this {
    this.allow(['s3:ListBucket'], [bucket.bucketArn]);
    const actions = ['s3:GetObject', 's3:PutObject', ...(remove ? ['s3:DeleteObject'] : [])];
    return this.objectAccess(variable, bucket, prefixes, actions);
  }

  sendsTo(variable: string, queue: IQueue): this {
    this.lambda.addEnvironment(variable, queue.queueUrl);
    return this.allow(['sqs:SendMessage'], [queue.queueArn]);
  }

  /** Sees how much waits in a queue. */
  measures(variable: string, queue: IQueue): this {
    this.lambda.addEnvironment(variable, queue.queueUrl);
    return this.allow(['sqs:GetQueueAttributes'], [queue.queueArn]);
  }

  publishesTo(variable: string, topic: ITopic): this {
    this.lambda.addEnvironment(variable, topic.topicArn);
    return this.allow(['sns:Publish'], [topic.topicArn]);
  }

  readsParameter(variable: string, parameter: StringParameter): this {
    this.lambda.addEnvironment(variable, parameter.parameterName);
    return this.allow(['ssm:GetParameter'], [parameter.parameterArn]);
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

  allow(actions: string[], resources: string[]): this {
    this.lambda.addToRolePolicy(new PolicyStatement({ actions, resources }));
    return this;
  }

  private tableAccess(variable: string, table: ITable, indexes: readonly string[], actions: string[]): this {
    this.lambda.addEnvironment(variable, table.tableName);
    return this.allow(actions, [
      table.tableArn,
      ...indexes.map((index) => `${table.tableArn}/index/${index}`),
    ]);
  }

  private objectAccess(
    variable: string,
    bucket: IBucket,
    prefixes: readonly string[],
    actions: string[],
  ): this {
    this.lambda.addEnvironment(variable, bucket.bucketName);
    return this.allow(
      actions,
      prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
    );
  }
}
