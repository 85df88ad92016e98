import * as z from 'zod';
import type { EventSourceSettings } from '../../events/event-source.ts';
import { resourcePart, serviceOf } from '../arn.ts';
import { type ResourceHandler, resourceHandler } from '../resource.ts';

/** Declares that a queue feeds a function; nothing is read before all stacks stand. */
export type AddEventSource = (queueName: string, settings: EventSourceSettings) => void;

/** Workers of one function are two: more batches at once would only wait with their visibility timeout running. */
const MOST_BATCHES_AT_ONCE = 2;

/** `AWS::Lambda::EventSourceMapping` on a standard queue. */
export function eventSourceHandler(add: AddEventSource): ResourceHandler {
  return resourceHandler({
    types: ['AWS::Lambda::EventSourceMapping'],
    honoured: {
      EventSourceArn: z.string().refine((arn) => serviceOf(arn) === 'sqs', 'expected the ARN of a queue'),
      FunctionName: z.string(),
      BatchSize: z.number().int().default(10),
      MaximumBatchingWindowInSeconds: z.number().int().default(0),
      FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
      ScalingConfig: z.strictObject({ MaximumConcurrency: z.number().int() }).optional(),
      Enabled: z.boolean().default(true),
    },
    ignored: { Tags: 'labels for people and bills' },
    create(properties, address) {
      if (properties.BatchSize > 10 && properties.MaximumBatchingWindowInSeconds === 0) {
        throw new Error(
          `${address.stack}.${address.logicalId}: expected a batching window with BatchSize above 10, was none`,
        );
      }
      const source = {
        functionArn: properties.FunctionName,
        batchSize: properties.BatchSize,
        windowSeconds: properties.MaximumBatchingWindowInSeconds,
        reportsItemFailures: properties.FunctionResponseTypes.length > 0,
        maximumConcurrency: Math.min(properties.ScalingConfig?.MaximumConcurrency ?? 2, MOST_BATCHES_AT_ONCE),
      };
      if (properties.Enabled) add(resourcePart(properties.EventSourceArn), source);
      return { ref: `${address.stack}-${address.logicalId}`, attributes: {} };
    },
  });
}
