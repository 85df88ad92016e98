import { RejectedInput } from '../../../errors.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
/** `13-Aug-2020`, `16 Jul 2026`, `14-07-2026`, each perhaps followed by a time: `15:30:00`, `| 19:15`. */
const WRITTEN = /^(\d{2})[- ](\d{2}|[A-Z][a-z]{2})[- ](\d{4})(?:[ |]+(\d{2}:\d{2})(:\d{2})?)?\s*$/;

/**
 * A date as the exchanges write it, as `YYYY-MM-DD`. Throws RejectedInput that names the field.
 * Example: `writtenDate('expiryDate', '13-Aug-2020')` is `2020-08-13`.
 */
export function writtenDate(field: string, text: string): string {
  return read(field, text, 'a date like 13-Aug-2020').date;
}

/**
 * An Indian date and time as the exchanges write it, as `YYYY-MM-DD HH:MM:SS`. Throws RejectedInput that names the
 * field. Example: `writtenTime('DT_TM', '10 Jul 2026 | 19:15 ')` is `2026-07-10 19:15:00`.
 */
export function writtenTime(field: string, text: string): string {
  const expected = 'a time like 07-Aug-2020 15:30:00';
  const { date, clock } = read(field, text, expected);
  if (clock === undefined) throw wrong(field, text, expected);
  return `${date} ${clock}`;
}

function read(field: string, text: string, expected: string): { date: string; clock: string | undefined } {
  const [, day, month, year, minutes, seconds] = WRITTEN.exec(text) ?? [];
  if (day === undefined || month === undefined) throw wrong(field, text, expected);
  const number = month.length === 2 ? Number(month) : MONTHS.indexOf(month) / 3 + 1;
  const date = `${year}-${String(number).padStart(2, '0')}-${day}`;
  const clock = minutes === undefined ? undefined : `${minutes}${seconds ?? ':00'}`;
  const ms = Date.parse(`${date}T${clock ?? '00:00:00'}Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date)
    throw wrong(field, text, expected);
  return { date, clock };
}

function wrong(field: string, text: string, expected: string): RejectedInput {
  return new RejectedInput(`${field}: expected ${expected}, was ${text === '' ? 'blank' : text}`, { field });
}
