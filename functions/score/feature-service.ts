import { preparedAt } from '../../shared/domain/features/prepare-features.ts';
import { timelineOf } from '../../shared/domain/features/window.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import type { FeatureService } from '../../shared/ports/feature-service.ts';

interface Rules {
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
}

/** The feature service by the rules of the exchanges and of data quality. */
export function featureService({ rules, quality }: Rules): FeatureService {
  return {
    prepareFeatures({ snapshots, context }, set) {
      const now = snapshots.at(-1);
      if (now === undefined) throw new RangeError('window: expected at least one snapshot, was none');
      const by = { date: sessionDate(epochMs(now.timestamp)), rules: rules[now.exchange], quality };
      return preparedAt(timelineOf(snapshots), snapshots.length - 1, set, by, context);
    },
  };
}
