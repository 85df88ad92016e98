type Values = Readonly<Record<string, unknown>>;

/**
 * A copy of a map of attribute values when all are of the usual form (one type each; S, N, BOOL, NULL, SS, NS, L, M with
 * what belongs into them); undefined for any other, which dynalite then judges, slowly and in DynamoDB's words.
 *
 * @example copiedValues({ id: { S: 'a' } }) // { id: { S: 'a' } }
 * @example copiedValues({ id: { S: 1 } }) // undefined
 */
export function copiedValues(values: unknown): Record<string, unknown> | undefined {
  if (!isMap(values)) return undefined;
  const copies: Record<string, unknown> = {};
  for (const name of Object.keys(values)) {
    const copy = name === '__proto__' ? undefined : copiedValue(values[name]);
    if (copy === undefined) return undefined;
    copies[name] = copy;
  }
  return copies;
}

function copiedValue(value: unknown): Values | undefined {
  if (!isMap(value)) return undefined;
  const [type = '', more] = Object.keys(value);
  if (more !== undefined) return undefined;
  const content = copiedContent(type, value[type]);
  return content === undefined ? undefined : { [type]: content };
}

function copiedContent(type: string, content: unknown): unknown {
  switch (type) {
    case 'S':
    case 'N':
      return typeof content === 'string' ? content : undefined;
    case 'BOOL':
    case 'NULL':
      return typeof content === 'boolean' ? content : undefined;
    case 'SS':
    case 'NS':
      return Array.isArray(content)
        ? allOf(content, (one) => (typeof one === 'string' ? one : undefined))
        : undefined;
    case 'L':
      return Array.isArray(content) ? allOf(content, copiedValue) : undefined;
    case 'M':
      return copiedValues(content);
    default:
      return undefined;
  }
}

function allOf(list: readonly unknown[], copied: (one: unknown) => unknown): unknown[] | undefined {
  const copies = list.map(copied);
  return copies.includes(undefined) ? undefined : copies;
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
