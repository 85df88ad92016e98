import { exchangesRules } from '../../shared/config/exchanges.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import type { QualitySnapshot } from '../../shared/domain/market/quality/observed.ts';
import { type QualityReport, QualityTally } from '../../shared/domain/market/quality/quality-tally.ts';
import { qualityTerms } from '../../shared/domain/market/quality/terms.ts';
import { NotFound } from '../../shared/errors.ts';

/** Judges an import as it goes by; a day that the rules do not cover is not judged, and is said so. */
export interface Judge {
  add(snapshot: QualitySnapshot): void;
  reports(): readonly QualityReport[];
  /** Why some snapshots were not judged, each reason once. */
  unjudged(): readonly string[];
}

export function openJudge(): Judge {
  const rules = exchangesRules();
  const tally = new QualityTally((exchange, date) => qualityTerms(date, rules[exchange]), qualityPolicy());
  const reasons = new Set<string>();
  return {
    add(snapshot) {
      try {
        tally.add(snapshot);
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
        reasons.add(error.message);
      }
    },
    reports: () => tally.reports(),
    unjudged: () => [...reasons],
  };
}
