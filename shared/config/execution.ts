import { z } from 'zod';
import file from '../../config/execution.json' with { type: 'json' };
import { executionPolicySchema } from '../domain/backtest/execution-policy.ts';
import { contractPolicySchema } from '../domain/scoring/contract-policy.ts';
import { parseConfig } from './parse.ts';

export const executionConfigSchema = z.strictObject({
  schema: z.literal(1),
  contract: contractPolicySchema,
  backtest: executionPolicySchema,
});
export type ExecutionConfig = z.infer<typeof executionConfigSchema>;

/** Checks the text of an execution policy. Throws RejectedInput that names the wrong key. */
export function parseExecution(json: unknown): ExecutionConfig {
  return parseConfig(executionConfigSchema, json, 'config/execution.json');
}

let loaded: ExecutionConfig | undefined;

/** The policy of `config/execution.json` that ships with the code, checked on first use. */
export function executionConfig(): ExecutionConfig {
  loaded ??= parseExecution(file);
  return loaded;
}
