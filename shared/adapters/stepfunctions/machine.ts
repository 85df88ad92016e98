import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Machine } from '../../ports/machine.ts';
import { translated } from '../aws/translate-error.ts';

export function sfnMachine(client: SFNClient, stateMachineArn: string): Machine {
  return {
    async start(name, input) {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      try {
        await translated(`start ${name}`, () => client.send(command));
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return false;
        throw error;
      }
    },
  };
}
