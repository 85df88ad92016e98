import { resourcePart } from '../cloudformation/arn.ts';
import type { LambdaService } from '../lambda/contract.ts';
import type { Deliver } from '../sns/sns.ts';
import type { SqsService } from '../sqs/sqs.ts';

/** How SNS reaches its subscribers: a function by an asynchronous invocation, a queue by a message. */
export function deliverNotification(services: {
  readonly lambda: Pick<LambdaService, 'invokeAsync'>;
  readonly sqs: Pick<SqsService, 'queue'>;
}): Deliver {
  return async (protocol, endpointArn, { body, messageAttributes }) => {
    if (protocol === 'lambda') await services.lambda.invokeAsync(endpointArn, body);
    else services.sqs.queue(resourcePart(endpointArn)).send([{ body, attributes: messageAttributes }]);
  };
}
