import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { Conflict } from '../../errors.ts';
import type { TaskTokens } from '../../ports/task-tokens.ts';
import { translated } from '../aws/translate-error.ts';

/** What Step Functions says of a token that is answered, timed out, or of an execution that has ended. */
const CLOSED = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

export function sfnTaskTokens(client: SFNClient): TaskTokens {
  return {
    async answer(taskToken, output) {
      const command = new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) });
      try {
        await translated('answer a task', () => client.send(command));
      } catch (error) {
        if (!(error instanceof Error && CLOSED.has(error.name))) throw error;
        throw new Conflict('answer a task: expected one that waits, was one that does not any more', {
          cause: error,
        });
      }
    },
  };
}
