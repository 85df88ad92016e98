import { stripVTControlCharacters } from 'node:util';
import { decisionSchema, type Thresholds } from '../../shared/domain/scoring/decide.ts';
import type { RecommendationTrail } from '../../shared/ports/recommendation-store.ts';
import { explainPage } from '../explain/page.ts';

const WIDTH = 100;

/** The page of `./oi explain` as text: thresholds from the bundle among the files, none where no model answered. */
export function explanation(
  { logIndex, ...trail }: RecommendationTrail,
  files: ReadonlyMap<string, Uint8Array>,
): string {
  const lines = explainPage({ ...trail, log_index: logIndex }, thresholdsIn(files), WIDTH);
  return `${stripVTControlCharacters(lines.join('\n'))}\n`;
}

function thresholdsIn(files: ReadonlyMap<string, Uint8Array>): Thresholds | null {
  const found = [...files].find(([key]) => key.endsWith('/decision.json'));
  return found === undefined
    ? null
    : decisionSchema.parse(JSON.parse(Buffer.from(found[1]).toString())).thresholds;
}
