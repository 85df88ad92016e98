import { type App, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription, LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { StageFunction } from '../constructs/stage-function.ts';
import { StageSchedule } from '../constructs/stage-schedule.ts';
import type { Settings } from '../settings.ts';
import type { ApiStack } from './api.ts';
import { type DataStack, RECOMMENDATION_INDEXES } from './data.ts';
import type { PipelineStack } from './pipeline.ts';

/** What watches: drift and health every quarter of an hour, alerts to e-mail and Slack, alarms on the machinery. */
export class MonitoringStack extends Stack {
  constructor(app: App, settings: Settings, data: DataStack, api: ApiStack, pipeline: PipelineStack) {
    super(app, `${settings.environment}-monitoring`, { description: 'OI Loop: drift, health, alerts' });
    const watchers = this.watchers(settings, data);
    this.alerting(settings, data);
    this.deadLetterAlarms(data);
    this.machineryAlarms(data, api, pipeline, [...watchers, ...pipeline.scheduled]);
  }

  private watchers(settings: Settings, data: DataStack): StageFunction[] {
    const drift = new StageFunction(this, {
      stage: 'drift',
      part: 'check',
      settings,
      memoryMb: 1024,
      timeoutS: 120,
    })
      .readsTable('MODELS_TABLE', data.models)
      .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
      .readsBucket('LAKE_BUCKET', data.lake, ['models/'])
      .writesTable('RISK_TABLE', data.risk)
      .writesTable('HEALTH_TABLE', data.health)
      .sendsTo('TO_ALERT_QUEUE', data.toAlert.queue);
    new StageSchedule(this, 'DriftSchedule', { expression: 'rate(15 minutes)', invokes: drift });
    const health = new StageFunction(this, {
      stage: 'health',
      part: 'summary',
      settings,
      memoryMb: 1024,
      timeoutS: 120,
    })
      .readsTable('BATCHES_TABLE', data.batches)
      .readsTable('MODELS_TABLE', data.models)
      .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
      .readsTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
      .readsTable('RISK_TABLE', data.risk)
      .writesTable('HEALTH_TABLE', data.health)
      .sendsTo('TO_ALERT_QUEUE', data.toAlert.queue);
    new StageSchedule(this, 'HealthSchedule', { expression: 'rate(15 minutes)', invokes: health });
    return [drift, health];
  }

  private alerting(settings: Settings, data: DataStack): void {
    new StageFunction(this, { stage: 'alert', part: 'queue', settings })
      .writesTable('ALERTS_TABLE', data.alerts)
      .publishesTo('ALERT_TOPIC', data.alertTopic)
      .consumes(data.toAlert.queue, { batchSize: 10, maxConcurrency: 2 });
    const webhook = new StringParameter(this, 'SlackWebhook', {
      stringValue: settings.slackWebhook,
      description:
        'Slack incoming-webhook URL for alerts; `none` switches Slack off. Put the real one by hand.',
    });
    const slack = new StageFunction(this, { stage: 'alert', part: 'slack', settings }).readsParameter(
      'SLACK_WEBHOOK_PARAMETER',
      webhook,
    );
    data.alertTopic.addSubscription(new LambdaSubscription(slack.lambda));
    if (settings.alertEmail !== undefined) {
      data.alertTopic.addSubscription(new EmailSubscription(settings.alertEmail));
    }
    data.alertTopic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
  }

  private deadLetterAlarms(data: DataStack): void {
    for (const [name, queue] of Object.entries(data.queues)) {
      const alarm = new Alarm(this, `${name}DeadLetters`, {
        alarmDescription: `Messages of ${name} could not be handled; look at them, mend the cause, redrive`,
        metric: queue.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
        ...ONCE,
      });
      alarm.addAlarmAction(new SnsAction(data.alertTopic));
    }
  }

  private machineryAlarms(
    data: DataStack,
    { api }: ApiStack,
    { nightly }: PipelineStack,
    scheduled: readonly StageFunction[],
  ): void {
    const alarms = [
      new Alarm(this, 'NightlyFailed', {
        alarmDescription: 'The nightly machine failed; no new dataset or candidate tonight',
        metric: nightly.machine.metricFailed({ period: Duration.minutes(5) }),
        ...ONCE,
      }),
      new Alarm(this, 'ApiServerErrors', {
        alarmDescription: 'The HTTP API answered 5xx; the tracker keeps its snapshots and tries again',
        metric: api.metricServerError({ period: Duration.minutes(1), statistic: 'Sum' }),
        ...ONCE,
      }),
      new Alarm(this, 'ScheduledTaskErrors', {
        alarmDescription:
          'Drift, health, outcome or the audit sweep failed three times within a quarter of an hour',
        metric: errorsOf(scheduled),
        ...ONCE,
        threshold: 3,
      }),
    ];
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(data.alertTopic));
  }
}

/** One is enough; no traffic is no fault. */
const ONCE = {
  threshold: 1,
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

function errorsOf(parts: readonly StageFunction[]): IMetric {
  const usingMetrics = Object.fromEntries(
    parts.map(({ lambda }, index) => [`e${index}`, lambda.metricErrors({ period: Duration.minutes(15) })]),
  );
  return new MathExpression({
    expression: Object.keys(usingMetrics).join(' + '),
    usingMetrics,
    period: Duration.minutes(15),
    label: 'errors of scheduled functions',
  });
}
