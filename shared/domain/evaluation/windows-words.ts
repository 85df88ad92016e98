import { counted } from '../market/counted.ts';
import { BASELINE_SOURCES, type BaselineSource } from './baseline.ts';
import type { CandidateSource, WindowRun, Windows } from './windows.ts';

/** What a candidate's source is called where people read. */
export const CANDIDATE_WORDS: Readonly<Record<CandidateSource, string>> = {
  held_out: 'the bundle, held out',
  walk_forward: 'its procedure, walk-forward',
};

/** What a source of production's answers is called where people read. */
export const BASELINE_WORDS: Readonly<Record<BaselineSource, string>> = {
  audited: 'what it answered live',
  held_out: 'its bundle, held out',
  replayed: 'its bundle, asked now',
  walk_forward: 'its procedure, walk-forward',
};

/** What a run of sessions rests on, as cells: dates, sessions, the candidate's source, production's, and a note. */
export function runCells(run: WindowRun): [string, number, string, string, string] {
  const { first, last, sessions, candidate, production, missing, unasked, why } = run;
  const notes = [
    ...(missing === 0 ? [] : [`${counted(missing, 'minute')} without an answer, taken as HOLD`]),
    ...(unasked === 0 ? [] : [`${counted(unasked, 'minute')} of HOLD that no model gave`]),
    ...(why === null ? [] : [why]),
  ];
  const dates = first === last ? first : `${first} to ${last}`;
  const theirs = production === null ? 'not compared' : BASELINE_WORDS[production];
  return [dates, sessions, CANDIDATE_WORDS[candidate], theirs, notes.join('; ')];
}

/**
 * One sentence on where production's answers come from. Example:
 * `Production is compared on 12 of 15 sessions: 9 by its procedure, walk-forward; 3 by what it answered live.`
 */
export function baselineSentence(windows: Windows): string {
  const { sessions, common, production, minutes, missing, unasked } = windows;
  if (common === 0) return `None of the ${counted(sessions.length, 'session')} is compared with production.`;
  const parts = BASELINE_SOURCES.filter((source) => production[source] > 0).map(
    (source) => `${production[source]} by ${BASELINE_WORDS[source]}`,
  );
  const gaps =
    missing + unasked === 0
      ? ''
      : ` Of ${counted(minutes, 'minute')} it has no answer for ${missing} and no model's answer for ${unasked}: HOLD, and no probabilities.`;
  return `Production is compared on ${common} of ${counted(sessions.length, 'session')}: ${parts.join('; ')}.${gaps}`;
}
