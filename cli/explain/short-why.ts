const OBJECTION = '; not to be executed because ';
const WHY_BEFORE_OBJECTION = 40;

/**
 * A rationale in at most `length` characters of a table, cut at a word: what speaks against executing it comes before
 * what speaks for it.
 * Example: `BUY at 61.0 % against SELL at 20.0 % ...; not to be executed because the size is below one lot.`, and with less
 * room `not to be executed because the size is below one lot.`
 */
export function shortWhy(rationale: string, length = 70): string {
  const from = rationale.indexOf(OBJECTION);
  if (from < 0) return cutAtWord(rationale, length);
  const both = cutAtWord(rationale.slice(0, from), WHY_BEFORE_OBJECTION) + rationale.slice(from);
  return both.length <= length ? both : cutAtWord(rationale.slice(from + '; '.length), length);
}

/** At most `length` characters, whole words, with ` ...` where something is missing. */
function cutAtWord(text: string, length: number): string {
  if (text.length <= length) return text;
  const room = text.slice(0, length - ' ...'.length + 1);
  const end = room.lastIndexOf(' ');
  return `${room.slice(0, end > 0 ? end : -1).replace(/[,;]$/, '')} ...`;
}
