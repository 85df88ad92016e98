import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { epochMs } from '../market/indian-time.ts';
import { canonicalJson } from './canonical-json.ts';
import type { UnsealedRecommendation } from './recommendation.ts';
import { recommendationId } from './recommendation-id.ts';

/**
 * An answer that takes back an earlier one to the same input, which was to be executed: it was given before a halt, an
 * entry or a loss, or has grown old since. Its id tells it from that one: the input hash is over that of the input and
 * the flags that speak against it now, so that it is the same however often it is asked for.
 * Example: `takenBack({ ...answer, risk_flags: ['trading_halted'] }).id` is not `answer.id`, and begins with its time.
 */
export function takenBack<Answer extends UnsealedRecommendation>(answer: Answer): Answer {
  const { risk_flags, timestamp } = answer;
  const said = canonicalJson({ input_hash: answer.input_hash, risk_flags });
  const input_hash = bytesToHex(sha256(utf8ToBytes(said)));
  return { ...answer, input_hash, id: recommendationId(epochMs(timestamp), input_hash) };
}

/** The answer as the record has it: taken back where the record takes an earlier one back. */
export function takenBackLike<Answer extends UnsealedRecommendation>(
  recorded: Pick<UnsealedRecommendation, 'input_hash'>,
  answer: Answer,
): Answer {
  const back = takenBack(answer);
  return back.input_hash === recorded.input_hash ? back : answer;
}
