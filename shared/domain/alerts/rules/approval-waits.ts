import { breached, type Check, clear } from '../check.ts';

/** A promotion that waits for an operator, or has been answered. */
export interface WaitingPromotion {
  readonly exchange: string;
  readonly version: string;
  /** `waiting`, or how it ended. */
  readonly status: string;
  /** Null while nothing is live. */
  readonly from_version: string | null;
  readonly compliance_class: string;
  /** Where the verdict is that it passed with. */
  readonly report: string | null;
  readonly open_until: string;
}

/** A candidate passed the gate and goes live when an operator says so. */
export function approvalWaits({ exchange, version, status, ...asked }: WaitingPromotion): Check {
  if (status !== 'waiting') return clear(version);
  const { from_version, compliance_class, report, open_until } = asked;
  const answer = (verb: string) => `./oi ${verb} ${exchange} ${version} --operator NAME --reason TEXT`;
  return breached({
    rule: 'approval-waits',
    exchange,
    subject: version,
    severity: 'warning',
    title: `${exchange}: candidate ${version} waits for your approval`,
    what:
      `Candidate ${version} of ${exchange} passed the gate and would replace ${from_version ?? 'nothing'} ` +
      `(change of ${compliance_class}). It waits for an operator until ${open_until}, or until the next candidate passes; ` +
      'production stays as it is.',
    next: `Read the verdict at ${report ?? 'the report of the version'}, then ${answer('approve')} or ${answer('reject')}`,
    numbers: { version, compliance_class, open_until },
  });
}
