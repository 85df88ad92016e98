import type { Delivery } from './store.ts';

/**
 * Fills in what EventBridge Scheduler knows: `<aws.scheduler.scheduled-time>` (UTC, whole seconds),
 * `<aws.scheduler.execution-id>`, `<aws.scheduler.attempt-number>`, `<aws.scheduler.schedule-arn>`.
 */
export function fillPlaceholders(input: string, delivery: Delivery, scheduleArn: string): string {
  const time = new Date(delivery.scheduledMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
  return input
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.execution-id>', delivery.id)
    .replaceAll('<aws.scheduler.attempt-number>', String(delivery.attempt + 1))
    .replaceAll('<aws.scheduler.schedule-arn>', scheduleArn);
}
