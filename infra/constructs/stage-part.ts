import { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

const TABLE_READS = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:ConditionCheckItem',
];
const TABLE_WRITES = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];

/**
 * A part of a stage, whatever runs it. Each of these calls sets the environment variable and grants the access
 * together, so that neither is ever there without the other.
 */
export abstract class StagePart extends Construct {
  /** What the part runs under. */
  abstract readonly role: Role;

  /** Gives the part's program a variable. */
  protected abstract setVariable(name: string, value: string): void;

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
    this.setVariable(variable, queue.queueUrl);
    return this.allow(['sqs:SendMessage'], [queue.queueArn]);
  }

  /** Says when a message of a queue that it consumes comes again. */
  givesBackTo(variable: string, queue: IQueue): this {
    this.setVariable(variable, queue.queueUrl);
    return this.allow(['sqs:ChangeMessageVisibility'], [queue.queueArn]);
  }

  /** Sees how much waits in a queue. */
  measures(variable: string, queue: IQueue): this {
    this.setVariable(variable, queue.queueUrl);
    return this.allow(['sqs:GetQueueAttributes'], [queue.queueArn]);
  }

  publishesTo(variable: string, topic: ITopic): this {
    this.setVariable(variable, topic.topicArn);
    return this.allow(['sns:Publish'], [topic.topicArn]);
  }

  starts(variable: string, machine: IStateMachine): this {
    this.setVariable(variable, machine.stateMachineArn);
    return this.allow(['states:StartExecution'], [machine.stateMachineArn]);
  }

  readsParameter(variable: string, parameter: StringParameter): this {
    this.setVariable(variable, parameter.parameterName);
    return this.allow(['ssm:GetParameter'], [parameter.parameterArn]);
  }

  /** Keeps a secret that it makes itself at first: CloudFormation cannot create a SecureString. */
  keepsSecret(variable: string, name: string): this {
    this.setVariable(variable, name);
    const { partition, region, account } = Stack.of(this);
    const arn = `arn:${partition}:ssm:${region}:${account}:parameter${name}`;
    return this.allow(['ssm:GetParameter', 'ssm:PutParameter'], [arn]);
  }

  allow(actions: string[], resources: string[]): this {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
    return this;
  }

  private tableAccess(variable: string, table: ITable, indexes: readonly string[], actions: string[]): this {
    this.setVariable(variable, table.tableName);
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
    this.setVariable(variable, bucket.bucketName);
    return this.allow(
      actions,
      // A name that does not end in a slash is one object, and that one alone.
      prefixes.map((prefix) => bucket.arnForObjects(prefix.endsWith('/') ? `${prefix}*` : prefix)),
    );
  }
}
