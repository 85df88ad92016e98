import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { optionPolicy } from '../../../../shared/config/execution.ts';
import { riskPolicy } from '../../../../shared/config/risk.ts';
import { sessionOf } from '../../../../shared/domain/market/calendar.ts';
import { type ChainSnapshot, chainSnapshotSchema } from '../../../../shared/domain/market/snapshot.ts';
import { noTotals } from '../../../../shared/domain/risk/account-totals.ts';
import type { TradedChain } from '../../../../shared/domain/scoring/contract.ts';
import type { RecommendInput } from '../../../../shared/domain/scoring/recommend.ts';
import type { ReferenceProfile } from '../../../../shared/domain/scoring/reference.ts';
import { type LiveModel, type ModelOutput, signalOf } from '../../../../shared/domain/scoring/signal.ts';

export const TIMESTAMP_MS = Date.parse('2026-01-05T07:05:00.000Z');
export const NAMES = ['pcr_total_oi', 'vix', 'atm_iv', 'futures_premium', 'realized_vol_5m', 'breadth'];
export const VALUES = [1.31, 11.2, 10.7, 120, 0.09, 0.5];

export const REFERENCE: ReferenceProfile = {
  schema: 1,
  rows: 1000,
  features: NAMES.map((name, i) => ({
    name,
    mean: (VALUES[i] ?? 0) - 2 * (i + 1),
    standard_deviation: name === 'breadth' ? 0 : i + 1,
    edges: [0],
    fractions: [0.5, 0.5],
    missing: 0,
    positive_infinity: 0,
    negative_infinity: 0,
  })),
};

export const LIVE: LiveModel = {
  version: '2026-01-02-aaaaaaaa',
  feature_set: 'tracker-v2',
  dataset_version: '2026-01-02',
  exploratory: false,
  decision: { thresholds: { buy: 0.5, sell: 0.5 }, win_rate: 0.56, payoff: 1.1, trades: 240 },
  reference: REFERENCE,
};

export const OUTPUT: ModelOutput = {
  probabilities: { sell: 0.2, hold: 0.15, buy: 0.65 },
  regimeProbabilities: [0.1, 0.8, 0.1],
  explained: {
    inputNames: NAMES,
    inputs: VALUES,
    contributions: {
      SELL: [-0.4, 0.1, 0, 0, 0, 0],
      HOLD: [0.1, 0, 0, 0, 0, 0],
      BUY: [0.41, -0.2, 0.1, 0.05, 0.02, 0.01],
    },
  },
};

/** The chain that signals of NSE trade. */
export const CHAIN: ChainSnapshot = chainSnapshotSchema.parse({
  schema: 1,
  exchange: 'NSE_MONTHLY',
  timestamp: '2026-01-05T12:35:00+05:30',
  expiry: '2026-01-27',
  underlying_price: 26028.1,
  atm_strike: 26050,
  legs: [25950, 26000, 26050, 26100, 26150].flatMap((strike) =>
    (['CE', 'PE'] as const).map((option_type) => ({
      symbol: `NIFTY26JAN${strike}${option_type}`,
      strike,
      option_type,
      ltp: 130,
    })),
  ),
});

/** As the policy finds it, with changes to its snapshot. */
export function tradedChain(change: Partial<ChainSnapshot> = {}): TradedChain {
  return { snapshot: { ...CHAIN, ...change }, strikeStep: 50, lotSize: 65 };
}

/** What a case is made of: the model's side of it, and all else that an answer depends on. */
export type ScoringCase = Omit<RecommendInput, 'signal'> & {
  readonly live: LiveModel | null;
  readonly output: ModelOutput | null;
  readonly modelFault: string | null;
  readonly historyMinutes: number;
};

/** A BUY that every risk rule agrees with. */
export function scoringCase(change: Partial<ScoringCase> = {}): RecommendInput {
  const { live, output, modelFault, historyMinutes, ...rest } = {
    live: LIVE,
    output: OUTPUT,
    modelFault: null,
    historyMinutes: 120,
    exchange: 'NSE' as const,
    target: 'tb15',
    timestampMs: TIMESTAMP_MS,
    receivedAtMs: TIMESTAMP_MS + 800,
    nowMs: TIMESTAMP_MS + 1500,
    latencyUs: 1234,
    features: { names: NAMES, values: VALUES, qualityFlags: [] },
    session: sessionOf('2026-01-05', exchangesRules().NSE),
    horizonMinutes: 15,
    account: noTotals('2026-01-05'),
    chain: tradedChain(),
    contract: optionPolicy().contracts.NSE,
    stopRupees: optionPolicy().stop_rupees,
    policy: riskPolicy(),
    ...change,
  };
  const values = rest.features?.values ?? null;
  const signal = signalOf({ model: live, fault: modelFault, values, historyMinutes, output });
  return { ...rest, signal };
}
