import { z } from 'zod';
import file from '../../config/gate.json' with { type: 'json' };
import { evidencePolicySchema, type GatePolicy, gateRulesPolicySchema } from '../domain/evaluation/policy.ts';
import { RejectedInput } from '../errors.ts';
import { parseConfig } from './parse.ts';

/** A profile states its own evidence floors and why; it cannot touch a rule. */
const profileSchema = z.strictObject({ note: z.string().min(20), evidence: evidencePolicySchema });

export const gateConfigSchema = z.strictObject({
  schema: z.literal(1),
  rules: gateRulesPolicySchema,
  evidence: evidencePolicySchema,
  profiles: z.record(z.string(), profileSchema),
});

/**
 * The gate's thresholds under a profile: `default`, or one that the file names (`demo`).
 * Throws RejectedInput for a wrong key or an unknown profile. Example: `parseGate(json, 'demo').note`.
 */
export function parseGate(json: unknown, profile: string): GatePolicy {
  const { rules, evidence, profiles } = parseConfig(gateConfigSchema, json, 'config/gate.json');
  if (profile === 'default') return { profile, note: null, rules, evidence };
  const chosen = profiles[profile];
  if (chosen !== undefined) return { profile, note: chosen.note, rules, evidence: chosen.evidence };
  const known = ['default', ...Object.keys(profiles)].join(', ');
  throw new RejectedInput(`gate profile: expected one of ${known}, was ${profile}`, { field: 'profile' });
}

/** The policy of `config/gate.json` that ships with the code, under a profile. */
export function gatePolicy(profile = 'default'): GatePolicy {
  return parseGate(file, profile);
}
