import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { riskPolicy } from '../../../../shared/config/risk.ts';
import { inputHash } from '../../../../shared/domain/scoring/input-hash.ts';
import {
  hashFor,
  type ShadowInput,
  shadowAnswer,
  shadowAnswerSchema,
  shadowFault,
} from '../../../../shared/domain/scoring/shadow-answer.ts';
import {
  liveAnswerSchema,
  requestedRow,
  shadowRequest,
  shadowRequestSchema,
} from '../../../../shared/domain/scoring/shadow-request.ts';
import { signalOf } from '../../../../shared/domain/scoring/signal.ts';
import { aRecommendation } from '../../../factories/recommendation.ts';
import { aFeatureRow } from '../../../factories/rows.ts';

const live = liveAnswerSchema.parse(aRecommendation());
const reference = {
  schema: 1 as const,
  rows: 10,
  features: ['a', 'b'].map((name) => ({
    ...{ name, mean: 0, standard_deviation: 1, edges: [], fractions: [1] },
    ...{ missing: 0, positive_infinity: 0, negative_infinity: 0 },
  })),
};
const decision = { thresholds: { buy: 0.5, sell: 0.5 }, win_rate: null, payoff: null, trades: 0 };

const challenger = {
  ...{ version: 'v2', feature_set: 'tracker-v2', dataset_version: 'd', exploratory: true },
  ...{ decision, reference },
};

function input({
  values = [1, 2],
  flags = [] as string[],
  historyMinutes = 60,
  told = live,
} = {}): ShadowInput {
  const output = { probabilities: { sell: 0.2, hold: 0.2, buy: 0.6 }, regimeProbabilities: [] };
  return {
    live: told,
    signal: signalOf({ model: challenger, fault: null, values, historyMinutes, output }),
    features: { values, qualityFlags: flags },
    policy: riskPolicy(),
  };
}

describe("a challenger's answer", () => {
  it('is what its own thresholds ask for, beside the live answer, with the hash of the same input', () => {
    const answer = shadowAnswer(input());
    expect(shadowAnswerSchema.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({ action: 'BUY', confidence: 0.6, hold_reason: null, fault: null, live });
    const { exchange, target, timestamp } = live;
    const asked = { exchange, target, timestamp, feature_set: 'tracker-v2', values: [1, 2] };
    expect(answer.input_hash).toBe(inputHash({ ...asked, model_version: 'v2' }));
    const { model_version } = live;
    expect(hashFor(live, { version: model_version, feature_set: 'tracker-v2' }, [1, 2])).toBe(
      inputHash({ ...asked, model_version }),
    );
  });

  it('holds by the rules that hold the live model, whatever it says', () => {
    const holds = (changes: Parameters<typeof input>[0]) => {
      const { action, confidence, hold_reason } = shadowAnswer(input(changes));
      expect([action, confidence]).toEqual(['HOLD', 0.2]);
      return hold_reason;
    };
    expect(holds({ values: [1, Number.NaN] })).toBe('incomplete_features');
    expect(holds({ historyMinutes: 5 })).toBe('insufficient_history');
    const late = { ...live, recorded_at: '2025-12-04T08:05:00.000Z' };
    expect(holds({ told: late })).toBe('stale_features');
    expect(holds({ flags: [riskPolicy().blocking_quality_flags[0]!] })).toBe('bad_data_quality');
  });

  it('needs a model that answered', () => {
    const silent = signalOf({ model: null, fault: null, values: [1], historyMinutes: 60, output: null });
    expect(() => shadowAnswer({ ...input(), signal: silent })).toThrow(/expected an answer of a model/);
  });

  it('that did not come is a fault and nothing else', () => {
    const fault = shadowFault(live, 'v2', 'threw');
    expect(shadowAnswerSchema.parse(fault)).toEqual(fault);
    expect(fault).toMatchObject({ version: 'v2', fault: 'threw', action: null, probabilities: null });
  });
});

describe('a request to a challenger', () => {
  it('carries the row through JSON bit for bit', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const numbers = values.map((one) => (Object.is(one, -0) ? 0 : one));
        const row = aFeatureRow(5, numbers, { quality_flags: ['crossed_book'] });
        const request = JSON.parse(JSON.stringify(shadowRequest(aRecommendation(), row)));
        expect(requestedRow(shadowRequestSchema.parse(request))).toEqual(row);
      }),
    );
  });

  it('says of the live answer what was asked and answered, and nothing of its size', () => {
    const { live: told } = shadowRequest(aRecommendation({ kelly_fraction: 0.5 }), aFeatureRow());
    expect(told).toEqual(live);
    expect(Object.keys(told)).not.toContain('kelly_fraction');
  });
});
