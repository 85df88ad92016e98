import { type Check, event } from '../check.ts';

/** A record that the audit log has no place for. */
export interface LongRecord {
  /** An exchange, or `ALL` where the record has none. */
  readonly exchange: string;
  /** Example: `trade T-17 2025-12-04T07:20:00.000Z closed`. */
  readonly name: string;
  readonly bytes: number;
  readonly longest_bytes: number;
}

/** A record is set aside: it is too long for the audit log. */
export function recordTooLong({ exchange, name, bytes, longest_bytes }: LongRecord): Check {
  return event({
    rule: 'record-too-long',
    exchange,
    subject: name,
    severity: 'critical',
    title: `${exchange}: a record is too long for the audit log`,
    what:
      `${name}: expected at most ${longest_bytes} bytes, was ${bytes}. It stays in the recommendations table, set aside: ` +
      'it is not in the audit log, nor on the bus, and no outcome or mark follows it. All other records went on.',
    next: 'Look up the record (index pending, audit-aside), report what it holds in shorter words, and tell the developers: schemas should have refused it.',
    numbers: { bytes, longest_bytes },
  });
}
