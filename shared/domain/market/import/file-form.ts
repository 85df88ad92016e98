import { isBseAnswer } from './bse-answer.ts';
import { nseFormOf } from './nse-answer.ts';
import { RECORDED_COLUMNS } from './recorded-row.ts';
import { SPARSE_COLUMNS } from './sparse-row.ts';

/** The forms of files that can be imported, in words; a file is known by what is in it, never by its name. */
export const FILE_FORMS = {
  recorded_chain: 'recorded chain CSV',
  tracker_export: "the tracker's table option_chain_snapshots as CSV",
  nse_2020: 'NSE option-chain JSON, 2020 form (bidprice)',
  nse_v3: 'NSE option-chain JSON, v3 form (buyPrice1)',
  bse: 'BSE option-chain JSON (Table, ASON)',
} as const;
export type FileForm = keyof typeof FILE_FORMS;
export type CsvForm = 'recorded_chain' | 'tracker_export';
export type JsonForm = Exclude<FileForm, CsvForm>;

const COLUMNS: Readonly<Record<CsvForm, readonly string[]>> = {
  recorded_chain: RECORDED_COLUMNS,
  tracker_export: SPARSE_COLUMNS,
};

/** The form whose columns a CSV header all has (others may stand between them); undefined when none. */
export function csvFormOf(names: readonly string[]): CsvForm | undefined {
  const forms = Object.keys(COLUMNS) as CsvForm[];
  return forms.find((form) => missingColumns(form, names).length === 0);
}

/** The form of a JSON value; undefined when none. */
export function jsonFormOf(json: unknown): JsonForm | undefined {
  return nseFormOf(json) ?? (isBseAnswer(json) ? 'bse' : undefined);
}

/** What to say of a file of no known form: the forms, what it was, and for a near miss what it lacks. */
export function unknownForm(was: string, names: readonly string[] = []): string {
  const lacks = nearForm(names);
  const known = Object.values(FILE_FORMS).join('; ');
  return `expected one of: ${known}; was ${was}${lacks === undefined ? '' : `; ${lacks}`}`;
}

/** What a header lacks of the form of which it has at least half of the columns; undefined when of none. */
export function nearForm(names: readonly string[]): string | undefined {
  const [near] = (Object.keys(COLUMNS) as CsvForm[])
    .map((form) => ({ form, missing: missingColumns(form, names) }))
    .filter(({ form, missing }) => missing.length <= COLUMNS[form].length / 2)
    .sort((a, b) => a.missing.length - b.missing.length);
  return near && `for ${FILE_FORMS[near.form]} it lacks ${near.missing.join(', ')}`;
}

function missingColumns(form: CsvForm, names: readonly string[]): string[] {
  return COLUMNS[form].filter((column) => !names.includes(column));
}
