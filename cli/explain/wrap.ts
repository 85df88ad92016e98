/**
 * Text in lines of at most `width` characters, broken at spaces; a longer word stands alone. Empty text gives no line.
 * Example: `wrap('to be or not', 6)` is `['to be', 'or not']`.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
