import { type PreparingRules, preparedAt } from '../../shared/domain/features/prepare-features.ts';
import { type Timeline, timelineOf } from '../../shared/domain/features/window.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { minuteStamp, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import type { FeatureService, SnapshotWindow } from '../../shared/ports/feature-service.ts';

interface Rules {
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
}

/** The feature service by the rules of the exchanges and of data quality. */
export function featureService(given: Rules): FeatureService {
  return {
    prepareFeatures(window, set) {
      const { timeline, last, by } = opened(window, given);
      return preparedAt(timeline, last, set, by, window.context);
    },
    prepareSession(window, set) {
      const { timeline, last, by } = opened(window, given);
      const vector = preparedAt(timeline, last, set, by, window.context);
      if (vector === null) return null;
      const earlier = lastOfEarlierMinutes(timeline).flatMap(
        (index) => preparedAt(timeline, index, set, by, window.context) ?? [],
      );
      return { vector, earlier };
    },
  };
}

interface Opened {
  readonly timeline: Timeline;
  readonly last: number;
  readonly by: PreparingRules;
}

function opened({ snapshots }: SnapshotWindow, { rules, quality }: Rules): Opened {
  const now = snapshots.at(-1);
  if (now === undefined) throw new RangeError('window: expected at least one snapshot, was none');
  const timeline = timelineOf(snapshots);
  const last = snapshots.length - 1;
  const date = sessionDate(timeline.timestampsMs[last]!);
  return { timeline, last, by: { date, rules: rules[now.exchange], quality } };
}

/** Places of each minute's last snapshot, but for the timeline's last minute. */
function lastOfEarlierMinutes({ timestampsMs }: Timeline): number[] {
  const minutes = timestampsMs.map(minuteStamp);
  return minutes.flatMap((minute, index) => {
    const next = minutes[index + 1];
    return next === undefined || next === minute ? [] : [index];
  });
}
