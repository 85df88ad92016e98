import type { SessionQuotes } from '../../shared/domain/backtest/session-quotes.ts';
import { readAhead } from '../../shared/domain/datasets/read-ahead.ts';
import { QUOTE_COLUMNS, recordedQuotes } from '../../shared/domain/evaluation/recorded-quotes.ts';
import { contentHash } from '../../shared/domain/lake/content-hash.ts';
import type { DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';

/** Files under way beside the one that is laid out: what is held of a year are prices, never its rows. */
const AHEAD = 2;

interface Ports {
  readonly registry: Pick<BatchRegistry, 'dayFiles'>;
  readonly lake: Pick<LakeFiles, 'read'>;
}

/** The recorded quotes of a chain. */
export interface TradedQuotes {
  /** By session; a session that was not recorded, or not compacted, has no entry. */
  readonly quotes: ReadonlyMap<string, SessionQuotes>;
  /** SHA-256 over the days and hashes of the files they were read from, hex; null when there are none. */
  readonly quotesHash: string | null;
}

/**
 * Reads the quotes of a chain from its compacted days, as the registry names them now, column by column and one day
 * after the other; only the sessions that are asked for. @throws InvariantViolated when a file is not what its hash says.
 */
export function tradedQuotes({ registry, lake }: Ports) {
  return async (chain: Exchange, sessions: Iterable<string>): Promise<TradedQuotes> => {
    const wanted = new Set(sessions);
    const [from, to] = [[...wanted].sort().at(0), [...wanted].sort().at(-1)];
    if (from === undefined || to === undefined) return { quotes: new Map(), quotesHash: null };
    const files = (await registry.dayFiles('chain', 'chain', chain, from, to)).filter(({ date }) =>
      wanted.has(date),
    );
    const quotes = new Map<string, SessionQuotes>();
    const read = async (file: DayFileRow) => ({
      file,
      day: recordedQuotes(await lake.read(file, QUOTE_COLUMNS)),
    });
    for await (const { file, day } of readAhead(files, AHEAD, read)) {
      if (day !== null) quotes.set(file.date, day);
    }
    const proof = files.map(({ date, sha256 }) => `${date} ${sha256}\n`).join('');
    return { quotes, quotesHash: files.length === 0 ? null : contentHash(proof) };
  };
}
