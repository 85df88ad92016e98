import file from '../../config/risk.json' with { type: 'json' };
import type { OptionPolicy } from '../domain/backtest/option-policy.ts';
import { type RiskPolicy, riskPolicySchema } from '../domain/scoring/risk-policy.ts';
import { executionConfig, optionPolicy } from './execution.ts';
import { parseConfig } from './parse.ts';
import { qualityPolicy } from './quality.ts';

/** Checks the text of a risk policy. Throws RejectedInput that names the wrong key. */
export function parseRisk(
  json: unknown,
): Omit<RiskPolicy, 'blocking_quality_flags' | 'no_entry_last_minutes' | 'positions'> {
  return parseConfig(riskPolicySchema, json, 'config/risk.json');
}

let loaded: RiskPolicy | undefined;

/**
 * The policy of `config/risk.json` with what `config/quality.json` blocks on and the last minutes without an entry and
 * the positions of `config/execution.json`, as they ship, checked on first use.
 */
export function riskPolicy(): RiskPolicy {
  loaded ??= {
    ...parseRisk(file),
    blocking_quality_flags: qualityPolicy().blocking,
    no_entry_last_minutes: executionConfig().backtest.no_entry_last_minutes,
    positions: positionsOf(optionPolicy()),
  };
  return loaded;
}

function positionsOf(policy: OptionPolicy): RiskPolicy['positions'] {
  const { max_positions, max_positions_confident, confident_from } = policy;
  const { cooldown_seconds, cooldown_with_positions_seconds } = policy;
  return {
    ...{ max_positions, max_positions_confident, confident_from },
    ...{ cooldown_seconds, cooldown_with_positions_seconds },
  };
}
