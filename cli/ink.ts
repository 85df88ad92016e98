import { styleText } from 'node:util';

type Ink = (text: string) => string;

/** Colours for a person at a terminal; where standard output is none, or NO_COLOR is set, the text stays as it is. */
function ink(format: Parameters<typeof styleText>[0]): Ink {
  return (text) => styleText(format, text, { stream: process.stdout });
}

export const strong = ink('bold');
export const faint = ink('dim');
export const rises = ink('green');
export const falls = ink('red');
export const warns = ink('yellow');
