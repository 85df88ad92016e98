import { resourcePart, serviceOf } from '../cloudformation/arn.ts';
import type { LambdaService } from '../lambda/contract.ts';
import type { SqsService } from '../sqs/sqs.ts';
import type { StepFunctionsService } from '../stepfunctions/service.ts';
import { StepFunctionsError } from '../stepfunctions/service-error.ts';

export interface TargetServices {
  readonly lambda: Pick<LambdaService, 'invokeAsync'>;
  readonly sqs: Pick<SqsService, 'queue'>;
  readonly states: Pick<StepFunctionsService, 'startExecution'>;
}

/** The action a role needs to send to a target, by the service in the target's ARN. */
export const TARGET_ACTIONS: Readonly<Record<string, string>> = {
  lambda: 'lambda:InvokeFunction',
  sqs: 'sqs:SendMessage',
  states: 'states:StartExecution',
};

/**
 * Hands `payload` (JSON text, or any text for a queue) to a function, queue or state machine; once this resolves
 * it is durable there. `deliveryId`, the same when a delivery is repeated, keeps an execution from starting twice.
 * Another kind of ARN is an error that names it.
 */
export async function sendToTarget(
  services: TargetServices,
  arn: string,
  payload: string,
  deliveryId?: string,
): Promise<void> {
  switch (serviceOf(arn)) {
    case 'lambda':
      await services.lambda.invokeAsync(arn, payload);
      return;
    case 'sqs':
      services.sqs.queue(resourcePart(arn)).send([{ body: payload }]);
      return;
    case 'states':
      startOnce(services.states, arn, payload, deliveryId);
      return;
    default:
      throw new Error(`expected the ARN of a function, queue or state machine as target, was ${arn}`);
  }
}

function startOnce(
  states: TargetServices['states'],
  arn: string,
  input: string,
  name: string | undefined,
): void {
  try {
    states.startExecution({ stateMachineArn: arn, input, name });
  } catch (error) {
    const isRepeated =
      name !== undefined && error instanceof StepFunctionsError && error.name === 'ExecutionAlreadyExists';
    if (!isRepeated) throw error;
  }
}
