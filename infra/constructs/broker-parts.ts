import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type DataStack, RECOMMENDATION_INDEXES } from '../stacks/data.ts';
import { StageFunction } from './stage-function.ts';
import { StageSchedule } from './stage-schedule.ts';

/**
 * The built-in paper broker: a reader of the bus that takes orders, and what follows the recorded chains every minute. Off
 * unless the settings name an exchange: then nothing reaches its queue, and its schedule rests. @returns the function
 * that the schedule invokes
 */
export function brokerParts(
  scope: Construct,
  { settings, data }: { readonly settings: Settings; readonly data: DataStack },
): StageFunction {
  const environment = { PAPER_BROKER: settings.paperBroker.join(',') || 'none' };
  new StageFunction(scope, { stage: 'audit', part: 'order', settings, environment })
    .writesTable('BROKER_TABLE', data.broker)
    .consumes(data.reader('ToBroker').queue, { batchSize: 10, maxConcurrency: 2 });
  const broker = new StageFunction(scope, {
    stage: 'audit',
    part: 'broker',
    settings,
    environment,
    timeoutS: 50,
  })
    .writesTable('BROKER_TABLE', data.broker)
    .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
    .writesTable('RISK_TABLE', data.risk)
    .writesTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
    .sendsTo('TO_AUDIT_QUEUE', data.toAudit.queue);
  new StageSchedule(scope, 'BrokerSchedule', {
    expression: 'rate(1 minute)',
    invokes: broker,
    state: settings.paperBroker.length === 0 ? 'DISABLED' : 'ENABLED',
  });
  return broker;
}
