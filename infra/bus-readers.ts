import type { BusReaderProps } from './constructs/bus-reader.ts';

/**
 * Who reads the recommendation bus, by the name of the queue. A line here gives a reader its queue, dead letters, alarm,
 * place in `./oi redrive` and the operator's rights on them; a function that consumes `data.reader('<name>').queue` makes
 * it one (docs/operations.md, adding a reader). Nothing that scores knows of them.
 */
export const BUS_READERS = {
  /** Every entry of the log as lines of JSON in the lake. */
  ToArchive: { visibilityTimeoutS: 420 },
} as const satisfies Readonly<Record<string, BusReaderProps>>;
