import * as z from 'zod';
import { matchesWildcard } from '../iam/wildcard.ts';
import type { S3Event } from '../s3/event.ts';

const Filter = z.strictObject({
  Key: z.strictObject({ FilterRules: z.array(z.strictObject({ Name: z.string(), Value: z.string() })) }),
});
const common = { Id: z.string().optional(), Events: z.array(z.string()), Filter: Filter.optional() };

/** `NotificationConfiguration` of a bucket, as the CDK hands it to its custom resource. */
export const NotificationConfiguration = z.strictObject({
  LambdaFunctionConfigurations: z
    .array(z.strictObject({ ...common, LambdaFunctionArn: z.string() }))
    .default([]),
  QueueConfigurations: z.array(z.strictObject({ ...common, QueueArn: z.string() })).default([]),
  TopicConfigurations: z.array(z.strictObject({ ...common, TopicArn: z.string() })).default([]),
});

export type NotificationConfiguration = z.infer<typeof NotificationConfiguration>;

/** One place a bucket notification goes to. */
export interface NotificationTarget {
  readonly configurationId: string;
  readonly arn: string;
}

/** Where `event` must be sent under a bucket's configuration. */
export function notificationTargets(
  configuration: NotificationConfiguration,
  event: S3Event,
): NotificationTarget[] {
  const destinations = [
    ...configuration.LambdaFunctionConfigurations.map((entry) => ({ entry, arn: entry.LambdaFunctionArn })),
    ...configuration.QueueConfigurations.map((entry) => ({ entry, arn: entry.QueueArn })),
    ...configuration.TopicConfigurations.map((entry) => ({ entry, arn: entry.TopicArn })),
  ];
  return destinations
    .filter(({ entry }) => isWanted(entry, event))
    .map(({ entry, arn }) => ({ configurationId: entry.Id ?? arn, arn }));
}

function isWanted(
  entry: { Events: string[]; Filter?: z.infer<typeof Filter> | undefined },
  event: S3Event,
): boolean {
  const name = `s3:${event.type}:${event.cause}`;
  return (
    entry.Events.some((pattern) => matchesWildcard(pattern, name)) &&
    (entry.Filter?.Key.FilterRules ?? []).every(({ Name, Value }) =>
      Name.toLowerCase() === 'prefix' ? event.key.startsWith(Value) : event.key.endsWith(Value),
    )
  );
}
