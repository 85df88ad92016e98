import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

interface StageQueueProps {
  readonly visibilityTimeoutS: number;
  /** Hands out the messages of a group one after another, and knows a message again by its content; so do its dead letters. */
  readonly inOrder?: boolean;
}

/** A queue between two stages with its dead-letter queue: five tries, then it waits there for a redrive. */
export class StageQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: StageQueueProps) {
    super(scope, id);
    const kind = props.inOrder === true ? { fifo: true, contentBasedDeduplication: true } : {};
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...kind,
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(props.visibilityTimeoutS),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
      ...kind,
    });
  }
}
