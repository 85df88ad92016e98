import { QUALITY_FLAGS } from '../../shared/domain/market/quality/finding.ts';
import type { Recommendation, RiskFlag } from '../../shared/domain/scoring/recommendation.ts';

/** What each rule of risk says, for people; its numbers are in the answer's sentence. */
const WORDS: Readonly<Record<RiskFlag, string>> = {
  no_live_model: 'no model is live',
  unusable_model: 'the live model cannot be used',
  exploratory_bundle: 'the model learnt on too few sessions',
  insufficient_history: 'too little of the session was seen so far',
  stale_features: 'the newest data is too old',
  incomplete_features: 'too many features have no value',
  trading_halted: 'an operator has halted trading',
  breaker_open: 'a circuit breaker is open',
  session_drawdown: 'the session has fallen too far below its highest',
  drift_blocked: 'the features have drifted too far from what the model was trained on',
  bad_data_quality: 'the data is not to be trusted',
  session_ending: 'the session ends too soon',
  no_edge: 'no edge is left at the lower bound of the probability',
  no_lots: 'the size is below one lot',
  no_contract: 'the traded chain offers no contract of late',
  open_positions: 'as many positions as may be are held',
  cooldown: 'the last entry or loss was a moment ago',
  net_delta: 'a move of the index could cost too much with it',
  exposure: 'it would bind too much of the account',
};

const QUALITY: ReadonlySet<string> = new Set(QUALITY_FLAGS);

/** A flag of an answer in words, its name behind. Example: `too little of the session was seen so far (insufficient_history)`. */
export function flagWords(flag: Recommendation['risk_flags'][number]): string {
  return QUALITY.has(flag) ? `data: ${flag.replaceAll('_', ' ')}` : `${WORDS[flag as RiskFlag]} (${flag})`;
}
