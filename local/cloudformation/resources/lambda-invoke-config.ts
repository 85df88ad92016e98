import * as z from 'zod';
import type { LambdaService } from '../../lambda/contract.ts';
import type { ResourceHandler } from '../resource.ts';
import { resourceHandler } from '../resource.ts';

/** `AWS::Lambda::EventInvokeConfig`: how often a failed asynchronous invocation runs again. */
export function invokeConfigHandler(lambda: Pick<LambdaService, 'setRetryAttempts'>): ResourceHandler {
  return resourceHandler({
    types: ['AWS::Lambda::EventInvokeConfig'],
    honoured: {
      FunctionName: z.string(),
      Qualifier: z.literal('$LATEST'),
      MaximumRetryAttempts: z.number().int().min(0).max(2).default(2),
    },
    ignored: { MaximumEventAgeInSeconds: 'three attempts are over within minutes' },
    create({ FunctionName, MaximumRetryAttempts }) {
      lambda.setRetryAttempts(FunctionName, MaximumRetryAttempts);
      return { ref: `${FunctionName}-invoke-config`, attributes: {} };
    },
  });
}
