import file from '../../config/risk.json' with { type: 'json' };
import { type RiskPolicy, riskPolicySchema } from '../domain/scoring/risk-policy.ts';
import { parseConfig } from './parse.ts';

/** Checks the text of a risk policy. Throws RejectedInput that names the wrong key. */
export function parseRisk(json: unknown): RiskPolicy {
  return parseConfig(riskPolicySchema, json, 'config/risk.json');
}

let loaded: RiskPolicy | undefined;

/** The policy of `config/risk.json` that ships with the code, checked on first use. */
export function riskPolicy(): RiskPolicy {
  loaded ??= parseRisk(file);
  return loaded;
}
