import { canonicalJson } from '../scoring/canonical-json.ts';
import type { Recommendation } from '../scoring/recommendation.ts';

/** One value that did not come out as it was recorded; as JSON has it, null where one side has none. */
export interface AnswerDifference {
  /** Example: `drivers.0.shap`. */
  readonly field: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/**
 * Every value in which two answers differ, in the recorded answer's order: numbers to their last bit, as JSON carries
 * them. `leaf_hash` comes last, and stands for all of them.
 * Example: a confidence of 0.6 against 0.6000000000000001 gives `confidence` and `leaf_hash`.
 */
export function answerDifferences(recorded: Recommendation, replayed: Recommendation): AnswerDifference[] {
  const [before, after] = [onWire(recorded), onWire(replayed)];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const content = fields.filter((field) => field !== 'leaf_hash');
  return [...content, 'leaf_hash'].flatMap((field) => differences(field, before[field], after[field]));
}

/** A record as a reader of JSON has it, keys in their own order. */
function onWire(record: Recommendation): Record<string, unknown> {
  const read = JSON.parse(canonicalJson(record)) as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(record)
      .filter((key) => key in read)
      .map((key) => [key, read[key]]),
  );
}

/** @param at - the path of the two values, with dots. */
export function differences(at: string, recorded: unknown, replayed: unknown): AnswerDifference[] {
  if (isBranch(recorded) && isBranch(replayed)) {
    const keys = [...new Set([...Object.keys(recorded), ...Object.keys(replayed)])];
    return keys.flatMap((key) => differences(`${at}.${key}`, recorded[key], replayed[key]));
  }
  if (Object.is(recorded, replayed)) return [];
  return [{ field: at, recorded: recorded ?? null, replayed: replayed ?? null }];
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
