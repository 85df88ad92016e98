import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from './error.ts';

export type XmlValue = string | number | boolean | undefined | XmlTree | readonly XmlTree[];
export interface XmlTree {
  readonly [element: string]: XmlValue;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * An XML document with the given root: `undefined` is left out, an array repeats its element.
 * `renderXml('A', { B: [{ C: 1 }, { C: 2 }] })` -> `...<A><B><C>1</C></B><B><C>2</C></B></A>`. Errors carry no namespace, as in S3.
 */
export function renderXml(root: string, tree: XmlTree): string {
  const namespace = root === 'Error' ? '' : ` xmlns="${NAMESPACE}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${renderChildren(tree)}</${root}>`;
}

function renderChildren(tree: XmlTree): string {
  return Object.entries(tree)
    .map(([name, value]) => renderElement(name, value))
    .join('');
}

function renderElement(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => renderElement(name, item)).join('');
  const content = typeof value === 'object' ? renderChildren(value as XmlTree) : escapeText(String(value));
  return `<${name}>${content}</${name}>`;
}

/** Control characters become references, because a parser would turn a bare CR into LF. */
function escapeText(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an S3 key may hold them
    /[&<>"\u0000-\u001f\u007f\u0085\u2028]/g,
    (found) => ENTITIES[found] ?? `&#${found.codePointAt(0)};`,
  );
}

const REPEATED = new Set(['Object', 'Part']);

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => REPEATED.has(name),
});

/** The children of the root element of a request body; throws MalformedXML when it is not `<root>...</root>`. */
export function parseXml(body: Buffer, root: string): Readonly<Record<string, unknown>> {
  const text = body.toString('utf8');
  if (XMLValidator.validate(text) !== true) throw malformed(`expected a well-formed <${root}> document`);
  const document: unknown = parser.parse(text);
  const children = isRecord(document) ? document[root] : undefined;
  if (!isRecord(children)) throw malformed(`expected a <${root}> document with content`);
  return children;
}

/** Repeated child elements, in document order; throws MalformedXML when one has no children of its own. */
export function childElements(
  parent: Readonly<Record<string, unknown>>,
  name: string,
): Record<string, unknown>[] {
  const found = parent[name] ?? [];
  if (!Array.isArray(found) || !found.every(isRecord)) throw malformed(`expected <${name}> elements`);
  return found;
}

/** The text of a child element, or undefined when it is absent; throws MalformedXML when it holds elements. */
export function childText(parent: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = parent[name];
  if (value !== undefined && typeof value !== 'string') throw malformed(`expected text in <${name}>`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(message: string): S3Error {
  return new S3Error('MalformedXML', message);
}
