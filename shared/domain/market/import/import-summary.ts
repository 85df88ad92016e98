import type { ChainSnapshot, Exchange } from '../snapshot.ts';
import type { FileForm } from './file-form.ts';

/** What became of a file's rows so far: `rows` = `used` + all of `skipped`. */
export interface ImportSummary {
  readonly file: string;
  /** What was recognised; recorded chains, the oldest form, do not say it. */
  readonly form?: FileForm;
  /** Rows settled so far, and in the whole file; of a JSON answer a row is one side of one strike. */
  readonly rows: number;
  readonly totalRows: number;
  readonly used: number;
  readonly skipped: Readonly<Partial<Record<string, number>>>;
  readonly snapshots: Readonly<Partial<Record<Exchange, number>>>;
  /** First and last timestamp of a snapshot, with offset; undefined before the first. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** What holds for every snapshot of the file (`imported_sparse`). */
  readonly flags?: readonly string[];
}

/** A snapshot as an import posts it. */
export type ImportedSnapshot = ChainSnapshot & { readonly origin?: 'imported_sparse' };

/** An import that can be walked once, its snapshots in the order of time. */
export interface Import<Summary extends ImportSummary = ImportSummary> {
  readonly snapshots: AsyncGenerator<ImportedSnapshot, void, undefined>;
  summary(): Summary;
}

type Counts = Omit<ImportSummary, 'file' | 'form' | 'totalRows' | 'flags'>;

/** Adds up what the moments of a file gave. */
export class ImportTally {
  private rows = 0;
  private used = 0;
  private readonly skipped: Partial<Record<string, number>> = {};
  private readonly snapshots: Partial<Record<Exchange, number>> = {};
  private first: string | undefined;
  private last: string | undefined;

  add(
    rows: number,
    used: number,
    skipped: Readonly<Partial<Record<string, number>>>,
    snapshots: readonly ChainSnapshot[],
  ): void {
    this.rows += rows;
    this.used += used;
    for (const [reason, count] of Object.entries(skipped)) {
      this.skipped[reason] = (this.skipped[reason] ?? 0) + count!;
    }
    for (const { exchange, timestamp } of snapshots) {
      this.snapshots[exchange] = (this.snapshots[exchange] ?? 0) + 1;
      this.first ??= timestamp;
      this.last = timestamp;
    }
  }

  /** The counts as they are now; later additions do not change them. */
  counts(): Counts {
    const { rows, used, first, last } = this;
    return { rows, used, first, last, skipped: { ...this.skipped }, snapshots: { ...this.snapshots } };
  }
}
