import type { BusReaderProps } from './constructs/bus-reader.ts';
import type { Settings } from './settings.ts';

/**
 * Who reads the recommendation bus, by the name of the queue. A line here gives a reader its queue, dead letters, alarm,
 * place in `./oi redrive` and the operator's rights on them; a function that consumes `data.reader('<name>').queue` makes
 * it one (docs/operations.md, adding a reader). Nothing that scores knows of them.
 */
export const BUS_READERS = {
  /** Every entry of the log as lines of JSON in the lake. */
  ToArchive: { visibilityTimeoutS: 420 },
} as const satisfies Readonly<Record<string, BusReaderProps>>;

/** They, and the paper broker, which hears of what may be traded on the exchanges that it is switched on for. */
export function busReaders({ paperBroker }: Pick<Settings, 'paperBroker'>) {
  const only = {
    kind: ['recommendation'],
    action: ['BUY', 'SELL'],
    // A filter has to name something.
    exchange: paperBroker.length === 0 ? ['none'] : paperBroker,
  };
  return { ...BUS_READERS, ToBroker: { visibilityTimeoutS: 180, only } };
}
