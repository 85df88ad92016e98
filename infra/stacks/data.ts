import type { App } from 'aws-cdk-lib';
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  TableEncryptionV2,
  type TablePropsV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { busReaders } from '../bus-readers.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { BusReader, type BusReaderProps } from '../constructs/bus-reader.ts';
import { StageQueue } from '../constructs/stage-queue.ts';
import type { Settings } from '../settings.ts';

/** Indexes of the recommendations table: by exchange and day, and by what still has to be done. */
export const RECOMMENDATION_INDEXES = ['by-day', 'pending'] as const;

/** What keeps state: the lake, the audit bucket, the tables, the queues between the stages and the topics. */
export class DataStack extends Stack {
  readonly lake: Bucket;
  readonly auditLog: Bucket;
  readonly batches: TableV2;
  readonly datasets: TableV2;
  readonly models: TableV2;
  readonly recommendations: TableV2;
  readonly onlineWindow: TableV2;
  readonly risk: TableV2;
  readonly health: TableV2;
  readonly alerts: TableV2;
  readonly shadows: TableV2;
  readonly broker: TableV2;
  readonly toBatch: StageQueue;
  readonly toFeature: StageQueue;
  readonly toScore: StageQueue;
  readonly toShadow: StageQueue;
  readonly toAudit: StageQueue;
  readonly toAlert: StageQueue;
  readonly recommendationBus: Topic;
  /** The queues that the bus fills, by the names of `infra/bus-readers.ts`. */
  readonly readers: Readonly<Record<string, BusReader>>;
  readonly alertTopic: Topic;

  constructor(
    app: App,
    settings: Settings,
    readers: Readonly<Record<string, BusReaderProps>> = busReaders(settings),
  ) {
    super(app, `${settings.environment}-data`, { description: 'OI Loop: lake, tables, queues, topics' });
    const accessLogs = this.bucket('AccessLogs', { objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED });
    acknowledge(
      accessLogs,
      'AwsSolutions-S1',
      'The bucket that receives the access logs does not log itself.',
    );
    this.lake = this.bucket('Lake', { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: 'lake/' });
    this.auditLog = this.bucket('AuditLog', {
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'audit/',
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(365)),
    });

    this.batches = this.table('Batches');
    this.datasets = this.table('Datasets');
    this.models = this.table('Models');
    this.recommendations = this.table('Recommendations', {
      globalSecondaryIndexes: [
        {
          indexName: RECOMMENDATION_INDEXES[0],
          partitionKey: { name: 'day_pk', type: AttributeType.STRING },
          sortKey: { name: 'day_sk', type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
        {
          indexName: RECOMMENDATION_INDEXES[1],
          partitionKey: { name: 'pending_pk', type: AttributeType.STRING },
          sortKey: { name: 'pending_sk', type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
      ],
    });
    this.onlineWindow = this.table('OnlineWindow', { timeToLiveAttribute: 'expires_at' });
    this.risk = this.table('Risk');
    this.health = this.table('Health', { timeToLiveAttribute: 'expires_at' });
    this.alerts = this.table('Alerts');
    this.shadows = this.table('Shadows');
    this.broker = this.table('Broker', { timeToLiveAttribute: 'expires_at' });

    this.toBatch = new StageQueue(this, 'ToBatch', { visibilityTimeoutS: 360 });
    this.toFeature = new StageQueue(this, 'ToFeature', { visibilityTimeoutS: 90, inOrder: true });
    this.toScore = new StageQueue(this, 'ToScore', { visibilityTimeoutS: 180 });
    this.toShadow = new StageQueue(this, 'ToShadow', { visibilityTimeoutS: 360 });
    this.toAudit = new StageQueue(this, 'ToAudit', { visibilityTimeoutS: 200 });
    this.toAlert = new StageQueue(this, 'ToAlert', { visibilityTimeoutS: 180 });
    this.recommendationBus = new Topic(this, 'RecommendationBus', { enforceSSL: true });
    this.readers = Object.fromEntries(
      Object.entries(readers).map(([name, props]) => [
        name,
        new BusReader(this, name, { bus: this.recommendationBus, ...props }),
      ]),
    );
    this.alertTopic = new Topic(this, 'AlertTopic', { enforceSSL: true });
    this.outputs();
  }

  /** What the operator's CLI has to know to follow a record to its files. */
  private outputs(): void {
    const { batches, datasets, models, recommendations, onlineWindow } = this;
    new CfnOutput(this, 'LakeBucket', { value: this.lake.bucketName });
    new CfnOutput(this, 'AuditBucket', { value: this.auditLog.bucketName });
    for (const [name, table] of Object.entries({
      batches,
      datasets,
      models,
      recommendations,
      onlineWindow,
    })) {
      const id = `${name[0]?.toUpperCase()}${name.slice(1)}Table`;
      new CfnOutput(this, id, { value: table.tableName });
    }
    for (const [name, { deadLetters }] of Object.entries(this.queues))
      new CfnOutput(this, `${name}DeadLetters`, { value: deadLetters.queueUrl });
  }

  /** @throws Error for a reader that was not asked for. */
  reader(name: string): BusReader {
    const found = this.readers[name];
    if (found !== undefined) return found;
    throw new Error(`bus readers: expected ${name}, was only ${Object.keys(this.readers).join(', ')}`);
  }

  /** The queues between the stages and of the bus's readers, by the names that people and the CLI use. */
  get queues(): Readonly<Record<string, StageQueue>> {
    const { toBatch, toFeature, toScore, toShadow, toAudit, toAlert } = this;
    return {
      ToBatch: toBatch,
      ToFeature: toFeature,
      ToScore: toScore,
      ToShadow: toShadow,
      ToAudit: toAudit,
      ...this.readers,
      ToAlert: toAlert,
    };
  }

  private bucket(id: string, props: Partial<BucketProps>): Bucket {
    return new Bucket(this, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
  }

  private table(id: string, props: Partial<TablePropsV2> = {}): TableV2 {
    return new TableV2(this, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
  }
}
