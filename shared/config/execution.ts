import * as z from 'zod';
import file from '../../config/execution.json' with { type: 'json' };
import { executionPolicySchema } from '../domain/backtest/execution-policy.ts';
import { type OptionPolicy, optionPolicySchema } from '../domain/backtest/option-policy.ts';
import { brokerExchanges, brokerPolicySchema } from '../domain/broker/broker-policy.ts';
import type { Exchange } from '../domain/market/snapshot.ts';
import { RejectedInput } from '../errors.ts';
import { parseConfig } from './parse.ts';

export const executionConfigSchema = z
  .strictObject({
    schema: z.literal(1),
    /** Name of the policy that signals are traded and judged by. */
    default_policy: z.string(),
    policies: z.record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/), optionPolicySchema),
    backtest: executionPolicySchema,
    paper_broker: brokerPolicySchema,
  })
  .refine(({ default_policy, policies }) => Object.hasOwn(policies, default_policy), {
    path: ['default_policy'],
    message: 'expected the name of one of `policies`',
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

/**
 * A named policy for trades in options, the default one without a name. Throws RejectedInput that says which there are.
 * Example: `optionPolicy().target_rupees` is 25.
 */
export function optionPolicy(name: string = executionConfig().default_policy): OptionPolicy {
  const { policies } = executionConfig();
  const policy = Object.hasOwn(policies, name) ? policies[name] : undefined;
  if (policy !== undefined) return policy;
  const known = Object.keys(policies).join(', ');
  throw new RejectedInput(`execution policy: expected one of ${known}, was ${name}`, { field: 'policy' });
}

/**
 * Whose recommendations the built-in paper broker follows where a function's environment says `NSE,BSE`, or `none`.
 * Throws RejectedInput that says what is expected.
 */
export function brokerExchangesOf(setting: string): readonly Exchange[] {
  const exchanges = brokerExchanges(setting);
  if (exchanges !== undefined) return exchanges;
  throw new RejectedInput(`paper broker: expected none or exchanges as NSE,BSE, was ${setting}`, {
    field: 'paper_broker',
  });
}
