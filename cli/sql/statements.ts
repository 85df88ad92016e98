import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/**
 * Statements as somebody types them: lines up to one that ends with a semicolon, or to the end of the input.
 * `ask` is called before each line, with whether it begins a statement.
 */
export async function* readStatements(
  input: Readable,
  ask: (isFirst: boolean) => void,
): AsyncGenerator<string> {
  let lines: string[] = [];
  ask(true);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (lines.length > 0 || line.trim() !== '') lines.push(line);
    if (line.trimEnd().endsWith(';')) {
      yield lines.join('\n');
      lines = [];
    }
    ask(lines.length === 0);
  }
  if (lines.length > 0) yield lines.join('\n');
}
