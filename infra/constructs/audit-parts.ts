import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type DataStack, RECOMMENDATION_INDEXES } from '../stacks/data.ts';
import { StageFunction } from './stage-function.ts';
import { StageSchedule } from './stage-schedule.ts';

/**
 * What seals records into the log and publishes them, what looks after records and messages that were lost on the way,
 * and the first reader of the bus, which keeps the archive. @returns the function that a schedule invokes
 */
export function auditParts(
  scope: Construct,
  { settings, data }: { readonly settings: Settings; readonly data: DataStack },
): StageFunction {
  new StageFunction(scope, { stage: 'audit', part: 'queue', settings })
    .writesTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
    .writesBucket('AUDIT_BUCKET', data.auditLog, ['log/'])
    .keepsSecret('AUDIT_KEY_PARAMETER', `/oi-loop/${settings.environment}/audit-signing-key`)
    .publishesTo('RECOMMENDATION_TOPIC', data.recommendationBus)
    .sendsTo('TO_ALERT_QUEUE', data.toAlert.queue)
    // Few, larger steps: each writes the unfilled tiles anew. A part and its head fit one transaction of 100 items.
    .consumes(data.toAudit.queue, { batchSize: 90, windowS: 15, maxConcurrency: 2 });
  const sweep = new StageFunction(scope, { stage: 'audit', part: 'sweep', settings })
    // It moves the mark of what has been published.
    .writesTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
    .readsBucket('AUDIT_BUCKET', data.auditLog, ['log/'])
    .sendsTo('TO_AUDIT_QUEUE', data.toAudit.queue)
    .publishesTo('RECOMMENDATION_TOPIC', data.recommendationBus);
  new StageSchedule(scope, 'AuditSweep', { expression: 'rate(1 minute)', invokes: sweep });
  new StageFunction(scope, { stage: 'audit', part: 'archive', settings, timeoutS: 60 })
    .writesBucket('LAKE_BUCKET', data.lake, ['recommendations/', 'trades/', 'feedback/', 'controls/'])
    .consumes(data.reader('ToArchive').queue, { batchSize: 500, windowS: 60, maxConcurrency: 2 });
  return sweep;
}
