import * as z from 'zod';
import type { Role, Roles } from '../../iam/roles.ts';
import type { StepFunctionsService } from '../../stepfunctions/service.ts';
import { nameOf, type ResourceHandler, resourceHandler } from '../resource.ts';

/** `AWS::StepFunctions::StateMachine`; remembers the role of each machine by its ARN in `machineRoles`. */
export function stateMachineHandler(
  states: Pick<StepFunctionsService, 'createStateMachine'>,
  roles: Roles,
  machineRoles: Map<string, Role>,
): ResourceHandler {
  return resourceHandler({
    types: ['AWS::StepFunctions::StateMachine'],
    honoured: {
      StateMachineName: z.string().optional(),
      StateMachineType: z.literal('STANDARD').default('STANDARD'),
      DefinitionString: z.string(),
      RoleArn: z.string(),
    },
    ignored: {
      EncryptionConfiguration: 'encryption at rest is the disk',
      LoggingConfiguration: 'the history of an execution holds more than its log',
      Tags: 'labels for people and bills',
      TracingConfiguration: 'nothing is traced locally',
    },
    create({ StateMachineName, DefinitionString, RoleArn }, address) {
      const name = nameOf(StateMachineName, address, 80);
      const machineArn = states.createStateMachine({ name, definition: DefinitionString });
      machineRoles.set(machineArn, roles.byArn(RoleArn));
      return { ref: machineArn, attributes: { Arn: machineArn, Name: name } };
    },
  });
}
