import { type Check, event } from '../check.ts';

/** A technical alarm on a version that was promoted a moment ago. */
export interface BakingAlarm {
  readonly exchange: string;
  /** The version that is taken back. */
  readonly version: string;
  /** The version that returns; null when none was live before. */
  readonly previous_version: string | null;
  /** Since when it was live. */
  readonly since: string;
  /** `errors`, `latency` or `parity`. */
  readonly alarm: string;
  /** What was seen, with numbers. */
  readonly why: string;
}

/** A version was taken back by itself in its first session minutes. */
export function bakingAlarm({ exchange, version, previous_version, since, alarm, why }: BakingAlarm): Check {
  return event({
    rule: 'baking-alarm',
    exchange,
    subject: `${version} since ${since}`,
    severity: 'critical',
    title: `${exchange}: ${version} is taken back (${alarm})`,
    what:
      `${version} of ${exchange} is live since ${since} and still bakes: ${why}. It is taken back by itself, to ` +
      `${previous_version ?? 'nothing live, since it was the first'}.`,
    next: 'Read the deployment history (./oi models deployments) for how the way back ended, then find the cause before it is promoted again.',
    numbers: { alarm, version, since },
  });
}
