import {
  type FieldPlaces,
  type FieldReader,
  lacking,
  placesOf,
  type TableShape,
} from '../../domain/market/import/table-shape.ts';
import { RejectedInput } from '../../errors.ts';
import { readRecords, rejectedAt } from './csv-records.ts';

/** What became of a table's rows: `total` = rows + all of `skipped`. */
export interface TableRows<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** Counts what a parser gave: a row, or the name of the reason why there is none. */
export class RowTally<Row extends object> {
  private readonly rows: Row[] = [];
  private readonly skipped: Record<string, number> = {};
  private total = 0;

  add(given: Row | string): void {
    this.total += 1;
    if (typeof given === 'string') this.skipped[given] = (this.skipped[given] ?? 0) + 1;
    else this.rows.push(given);
  }

  result(): TableRows<Row> {
    return { rows: this.rows, total: this.total, skipped: this.skipped };
  }
}

/**
 * Reads a CSV export (`.csv`, `.csv.gz`) of one of the tracker's tables. `parse` gets the fields by name and the whole
 * record, and gives a row or the reason why there is none. Throws RejectedInput that names file, line and remedy.
 */
export async function readTable<Field extends string, Row extends object>(
  path: string,
  shape: TableShape<Field>,
  parse: (field: FieldReader<Field>, whole: Readonly<Record<string, string>>) => Row | string,
): Promise<TableRows<Row>> {
  const tally = new RowTally<Row>();
  let header: readonly string[] | undefined;
  let places = {} as FieldPlaces<Field>;
  for await (const { record, line } of readRecords(path, `an export of ${shape.table}`)) {
    if (header === undefined) {
      header = record.map((name) => name.trim());
      places = checkedPlaces(path, shape, header);
      continue;
    }
    const names = header;
    const whole = () => Object.fromEntries(names.map((name, at) => [name, record[at] ?? '']));
    const field = (name: Field) => record[places[name] ?? -1] ?? '';
    try {
      tally.add(parse(field, whole()));
    } catch (error) {
      throw rejectedAt(path, line, error);
    }
  }
  if (header === undefined) throw new RejectedInput(`${path}:1: expected a header, was an empty file`);
  return tally.result();
}

function checkedPlaces<Field extends string>(
  path: string,
  shape: TableShape<Field>,
  header: readonly string[],
): FieldPlaces<Field> {
  const missing = lacking(shape, header);
  if (missing.length === 0) return placesOf(shape, header);
  throw new RejectedInput(
    `${path}:1: expected the columns of ${shape.table}, was a header without ${missing.join(', ')}`,
    { field: 'header' },
  );
}
