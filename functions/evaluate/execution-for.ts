import type { ExecutionPolicy } from '../../shared/domain/backtest/execution-policy.ts';
import type { OptionPolicy } from '../../shared/domain/backtest/option-policy.ts';
import type { OptionSetting } from '../../shared/domain/backtest/option-setting.ts';
import { type Execution, GATE_SIZING } from '../../shared/domain/evaluation/execution.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { RiskLimits } from '../../shared/domain/risk/risk-limits.ts';
import type { Target } from '../../shared/domain/training/targets.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import { tradedQuotes } from './traded-quotes.ts';

export interface ExecutionPorts {
  readonly registry: Pick<BatchRegistry, 'dayFiles'>;
  readonly lake: Pick<LakeFiles, 'read'>;
  readonly rules: ExchangesRules;
  /** Positions in the underlying. */
  readonly execution: ExecutionPolicy;
  /** The trade in options that the rules rest on, by its name in `config/execution`. */
  readonly options: { readonly name: string; readonly policy: OptionPolicy };
  readonly limits: RiskLimits;
}

/** A stake rests on nothing where one lot is traded whatever the edge. */
const UNREAD = { payoff: 0, mostProbable: 0 };

/**
 * How the signals of an exchange are traded on the sessions that are judged: with the recorded quotes of the chain that
 * the policy names. Positions are as in production; those of a research target are held as long as its labels look ahead.
 */
export function executionFor({ execution, options, limits, rules, ...lake }: ExecutionPorts) {
  const readQuotes = tradedQuotes(lake);
  return async (
    exchange: Exchange,
    { name, horizonMinutes }: Pick<Target, 'name' | 'horizonMinutes'>,
    sessions: Iterable<string>,
  ): Promise<Execution> => {
    const { chain } = options.policy.contracts[exchange];
    const isResearch = name !== PRODUCTION_TARGET;
    const underlying = isResearch ? { ...execution, horizon_minutes: horizonMinutes } : execution;
    const policy = isResearch ? { ...options.policy, horizon_minutes: horizonMinutes } : options.policy;
    const setting: OptionSetting = {
      exchange,
      policy: { ...policy, sizing: GATE_SIZING },
      rules: rules[chain],
      limits,
      edges: { buy: UNREAD, sell: UNREAD },
    };
    const recorded = await readQuotes(chain, sessions);
    return { ...underlying, options: { policy: options.name, setting, ...recorded } };
  };
}
