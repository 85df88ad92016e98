const OBJECTION = '; not to be executed because ';
const WHY_BEFORE_OBJECTION = 40;

/**
 * A rationale that fits `length` characters of a table: cut at a word, but never what speaks against executing it.
 * Example: `BUY at 61.0 % against SELL at 20.0 % ...; not to be executed because the size is below one lot.`
 */
export function shortWhy(rationale: string, length = 70): string {
  const from = rationale.indexOf(OBJECTION);
  if (from < 0) return cutAtWord(rationale, length);
  return cutAtWord(rationale.slice(0, from), WHY_BEFORE_OBJECTION) + rationale.slice(from);
}

/** At most `length` characters, whole words, with ` ...` where something is missing. */
function cutAtWord(text: string, length: number): string {
  if (text.length <= length) return text;
  const room = text.slice(0, length - ' ...'.length + 1);
  const end = room.lastIndexOf(' ');
  return `${room.slice(0, end > 0 ? end : -1).replace(/[,;]$/, '')} ...`;
}
