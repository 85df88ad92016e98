import type { Thresholds } from '../../shared/domain/scoring/decide.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { indianDay, indianTime } from '../indian-clock.ts';
import { faint, falls, rises, strong } from '../ink.ts';
import type { Trail } from '../trail.ts';
import { accountPart } from './account-part.ts';
import { modelPart } from './model-part.ts';
import { percent } from './number-words.ts';
import { sizePart } from './size-part.ts';
import { storyPart } from './story-part.ts';
import { wrap } from './wrap.ts';

const INDENT = 2;
const PROOFS = [
  ['audit prove', 'that it stands in the signed log'],
  ['replay', 'the same numbers again, from lake and bundle'],
  ['evidence', 'all of it in one folder'],
  ['recommendations', 'its model, dataset, files and snapshots'],
] as const;

/**
 * One answer for a person at a terminal: what was said and why, what may be done, what became of it, and how each of it
 * is proved. Sentences are broken at `width` characters.
 */
export function explainPage(trail: Trail, thresholds: Thresholds | null, width: number): string[] {
  return [...answerPage(trail.recommendation, thresholds, width), ...storyPart(trail), ...proofPart(trail)];
}

/** What was said and why, and what may be done: all of an answer that was given a moment ago. */
export function answerPage(one: Recommendation, thresholds: Thresholds | null, width: number): string[] {
  const sentence = wrap(one.rationale, width - INDENT).map((line) => `  ${line}`);
  return [
    ...heading(one),
    '',
    ...sentence,
    '',
    ...modelPart(one, thresholds, width),
    ...sizePart(one),
    ...accountPart(one),
  ];
}

function heading(one: Recommendation): string[] {
  const { action, confidence, exchange, timestamp, id, model_version } = one;
  const colour = { BUY: rises, SELL: falls, HOLD: (text: string) => text }[action];
  const sure = action === 'HOLD' ? '' : ` at ${percent(confidence)}`;
  return [
    `${strong(colour(action))}${strong(sure)}  ${exchange}  ${indianDay(timestamp)}, ${indianTime(timestamp)} IST`,
    faint(`${id}  ${model_version === null ? 'no model' : `model ${model_version}`}`),
  ];
}

function proofPart({ recommendation: { id, leaf_hash }, log_index }: Trail): string[] {
  const place =
    log_index === null ? 'not sealed yet, within a minute it is' : `entry ${log_index} of the audit log`;
  return [
    strong('How it is proved'),
    `  ${place}${faint(`, leaf ${leaf_hash.slice(0, 16)}`)}`,
    ...PROOFS.map(([command, what]) => faint(`  ./oi ${`${command} ${id}`.padEnd(43)}  ${what}`)),
  ];
}
