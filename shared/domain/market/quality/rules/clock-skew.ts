import { epochMs } from '../../indian-time.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { shown } from '../wording.ts';

/** A live snapshot is refused beyond ten minutes: where nobody stated a receipt, a larger distance is a backfill. */
const LIVE_SECONDS = 600;

/** The timestamp lies ahead of the moment the tracker had the snapshot, or too far behind it. */
export function clockSkew({ now, policy }: QualityContext): QualityFinding | null {
  const { received_at, recorded_at } = now.snapshot;
  if (received_at === undefined) return null;
  const behindSeconds = (epochMs(received_at) - now.ms) / 1000;
  if (received_at === recorded_at && behindSeconds > LIVE_SECONDS) return null;
  const { ahead_seconds, behind_seconds } = policy.clock_skew;
  if (behindSeconds >= -ahead_seconds && behindSeconds <= behind_seconds) return null;
  const why =
    behindSeconds < 0
      ? `expected at most ${ahead_seconds} s ahead of receipt, was ${shown(-behindSeconds)} s`
      : `expected at most ${behind_seconds} s behind receipt, was ${shown(behindSeconds)} s`;
  return { flag: 'clock_skew', field: 'timestamp', why };
}
