import * as z from 'zod';
import file from '../../config/gate.json' with { type: 'json' };
import {
  evidencePolicySchema,
  type GatePolicy,
  type GateRulesPolicy,
  gateRulesPolicySchema,
} from '../domain/evaluation/policy.ts';
import { type Exchange, exchangeSchema } from '../domain/market/snapshot.ts';
import { RejectedInput } from '../errors.ts';
import { parseConfig } from './parse.ts';

/** A profile states its own evidence floors and why; it cannot touch a rule. */
const profileSchema = z.strictObject({ note: z.string().min(20), evidence: evidencePolicySchema });

type Rules = typeof gateRulesPolicySchema.shape;

/** Any thresholds of any rules, each checked as in the default. */
const rulesOverrideSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(gateRulesPolicySchema.shape).map(([rule, section]) => [rule, section.partial()]),
    ) as { [Rule in keyof Rules]: ReturnType<Rules[Rule]['partial']> },
  )
  .partial();

/** What an exchange has of its own, and why; all else is the default's. */
const exchangeOverrideSchema = z.strictObject({
  note: z.string().min(20),
  rules: rulesOverrideSchema.optional(),
  evidence: evidencePolicySchema.partial().optional(),
});

export const gateConfigSchema = z.strictObject({
  schema: z.literal(1),
  rules: gateRulesPolicySchema,
  evidence: evidencePolicySchema,
  exchanges: z.partialRecord(exchangeSchema, exchangeOverrideSchema).default({}),
  profiles: z.record(z.string(), profileSchema),
});
type GateConfig = z.infer<typeof gateConfigSchema>;

/**
 * The gate's thresholds under a profile (`default`, or one that the file names, as `demo`), for an exchange: its own
 * thresholds count before the default's; a profile's evidence floors count before both. Without an exchange: the default's.
 * Throws RejectedInput for a wrong key or an unknown profile. Example: `parseGate(json, 'demo', 'BSE').note`.
 */
export function parseGate(json: unknown, profile: string, exchange?: Exchange): GatePolicy {
  const config = parseConfig(gateConfigSchema, json, 'config/gate.json');
  const own = exchange === undefined ? undefined : config.exchanges[exchange];
  const rules = rulesOf(config, own);
  if (profile === 'default') {
    return { profile, note: own?.note ?? null, rules, evidence: { ...config.evidence, ...own?.evidence } };
  }
  const chosen = config.profiles[profile];
  if (chosen !== undefined) {
    const note = [chosen.note, own?.note].filter((one) => one !== undefined).join(' ');
    return { profile, note, rules, evidence: chosen.evidence };
  }
  const known = ['default', ...Object.keys(config.profiles)].join(', ');
  throw new RejectedInput(`gate profile: expected one of ${known}, was ${profile}`, { field: 'profile' });
}

function rulesOf(
  { rules }: GateConfig,
  own: z.infer<typeof exchangeOverrideSchema> | undefined,
): GateRulesPolicy {
  const sections = Object.entries(rules).map(([rule, section]) => [
    rule,
    { ...section, ...own?.rules?.[rule as keyof GateRulesPolicy] },
  ]);
  return Object.fromEntries(sections) as GateRulesPolicy;
}

/** The policy of `config/gate.json` that ships with the code, under a profile, for an exchange. */
export function gatePolicy(profile = 'default', exchange?: Exchange): GatePolicy {
  return parseGate(file, profile, exchange);
}
