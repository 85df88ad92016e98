import * as z from 'zod';
import type { EventSourceSettings } from '../../events/event-source.ts';
import { FIFO_SUFFIX } from '../../sqs/fifo.ts';
import { resourcePart, serviceOf } from '../arn.ts';
import { type ResourceAddress, type ResourceHandler, resourceHandler } from '../resource.ts';

/** Declares that a queue feeds a function; nothing is read before all stacks stand. */
export type AddEventSource = (queueName: string, settings: EventSourceSettings) => void;

/** Workers of one function are two: more batches at once would only wait with their visibility timeout running. */
const MOST_BATCHES_AT_ONCE = 2;

/** A FIFO queue is read at once and a few messages at a time: a window would hold every group. */
const MOST_OF_FIFO = 10;

/** `AWS::Lambda::EventSourceMapping` on a queue. */
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
      const queueName = resourcePart(properties.EventSourceArn);
      if (queueName.endsWith(FIFO_SUFFIX)) checkFifo(properties, address);
      const source = {
        functionArn: properties.FunctionName,
        batchSize: properties.BatchSize,
        windowSeconds: properties.MaximumBatchingWindowInSeconds,
        reportsItemFailures: properties.FunctionResponseTypes.length > 0,
        maximumConcurrency: Math.min(properties.ScalingConfig?.MaximumConcurrency ?? 2, MOST_BATCHES_AT_ONCE),
      };
      if (properties.Enabled) add(queueName, source);
      return { ref: `${address.stack}-${address.logicalId}`, attributes: {} };
    },
  });
}

function checkFifo(
  given: { readonly BatchSize: number; readonly MaximumBatchingWindowInSeconds: number },
  { stack, logicalId }: ResourceAddress,
): void {
  const { BatchSize: size, MaximumBatchingWindowInSeconds: seconds } = given;
  if (size <= MOST_OF_FIFO && seconds === 0) return;
  const expected = `at most ${MOST_OF_FIFO} messages a batch and no window on a FIFO queue`;
  throw new Error(`${stack}.${logicalId}: expected ${expected}, was ${size} and ${seconds} s`);
}
