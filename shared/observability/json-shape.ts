/** How deep and how large a JSON text may be before anybody builds objects from it. */
export interface ShapeLimits {
  /** Most brackets open at once. */
  readonly depth: number;
  /** Most members and elements together; a value costs far more memory than its one or two bytes. */
  readonly values: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** `[` and `{` (and nothing else that JSON holds outside a text) are these once bit 5 is set; so are `]` and `}`. */
const BIT_5 = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * What is wrong with the shape of a JSON text in UTF-8, or undefined. Only brackets, commas and quotes are looked at:
 * whether it is JSON at all is for the parser to say.
 * Example: `shapeProblem(bytes of '[[1]]', {depth: 1, values: 9})` is `expected at most 1 brackets inside each other, was more`.
 */
export function shapeProblem(json: Uint8Array, { depth, values }: ShapeLimits): string | undefined {
  let open = 0;
  let found = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!;
    if (byte === QUOTE) at = endOfText(json, at);
    else if (byte === COMMA) found++;
    else if ((byte | BIT_5) === CLOSING) open--;
    else if ((byte | BIT_5) === OPENING) {
      open++;
      found++;
    }
    if (open > depth) return `expected at most ${depth} brackets inside each other, was more`;
    if (found > values) return `expected at most ${values} values, was more`;
  }
  return undefined;
}

/** Where the text that begins at `start` has its closing quote; the end where it has none. */
function endOfText(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
