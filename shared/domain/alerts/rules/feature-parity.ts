import type { Parity } from '../../features/parity.ts';
import { counted } from '../../market/counted.ts';
import { breached, type Check, clear, UNKNOWN } from '../check.ts';

/** The nightly comparison of an exchange's session, set by set. */
export interface ComparedDay {
  readonly exchange: string;
  readonly date: string;
  readonly sets: readonly ({ readonly set: string } & Parity)[];
}

/**
 * Rows that were served live are not what the lake says of them: a model would be trained on other features than it
 * is asked with. A session that equals closes the alert; one of which nothing was served says nothing.
 */
export function featureParity({ exchange, date, sets }: ComparedDay): Check {
  if (sets.every(({ served }) => served === 0)) return UNKNOWN;
  const differing = sets.filter(({ served, equal }) => equal < served);
  if (differing.length === 0) return clear();
  const rows = differing.reduce((sum, { served, equal }) => sum + served - equal, 0);
  const names = differing.map(({ set }) => set).join(', ');
  return breached({
    rule: 'feature-parity',
    exchange,
    subject: date,
    severity: 'critical',
    title: `${exchange}: ${counted(rows, 'served feature row')} of ${names} ${rows === 1 ? 'differs' : 'differ'} from the lake`,
    what: differing
      .map(
        ({ set, served, equal, first_difference }) =>
          `${served - equal} of ${served} rows of ${set} served on ${date} differ from their recomputation, first ${first_difference}.`,
      )
      .join(' '),
    next:
      'The gate refuses candidates that learn from this day. Check first whether snapshots of the day were delivered ' +
      'long after they were received (dead letters, retries); if not, this is a fault of the program: keep the day and ' +
      'tell the developers.',
    numbers: {
      rows,
      ...Object.fromEntries(differing.map(({ set, served, equal }) => [set, served - equal])),
    },
  });
}
