/** A JSON Schema (draft 2020-12) as the OpenAPI document holds it, as far as types are concerned. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

/**
 * A schema as a TypeScript type; one that says nothing is `unknown`. Ranges, patterns and defaults have no type.
 * Example: `{ anyOf: [{ type: 'number' }, { type: 'null' }] }` is `number | null`.
 * @throws RangeError for a keyword that it does not know and that would change the type
 */
export function typeText(schema: Schema): string {
  if ('$ref' in schema || 'oneOf' in schema || 'not' in schema || 'prefixItems' in schema) {
    throw new RangeError(
      `schema: expected no $ref, oneOf, not or prefixItems, was ${JSON.stringify(schema)}`,
    );
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return joined(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.anyOf !== undefined) return joined(schema.anyOf.map(typeText));
  if (schema.allOf !== undefined) return schema.allOf.map((one) => `(${typeText(one)})`).join(' & ');
  if (schema.type === undefined) return 'unknown';
  if (typeof schema.type !== 'string')
    return joined(schema.type.map((type) => typeText({ ...schema, type })));
  if (schema.type === 'array') return `readonly (${typeText(schema.items ?? {})})[]`;
  if (schema.type === 'object') return objectText(schema);
  const word = WORDS[schema.type];
  if (word === undefined) throw new RangeError(`type: expected a type of JSON Schema, was ${schema.type}`);
  return word;
}

const joined = (texts: readonly string[]) => [...new Set(texts)].join(' | ');

function objectText({ properties = {}, required = [], additionalProperties }: Schema): string {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const comment = schema.description === undefined ? '' : `/** ${schema.description} */ `;
    const sign = required.includes(name) ? '' : '?';
    return `${comment}readonly ${JSON.stringify(name)}${sign}: ${typeText(schema)};`;
  });
  const others =
    additionalProperties === undefined || additionalProperties === false
      ? null
      : typeText(additionalProperties === true ? {} : additionalProperties);
  if (fields.length === 0) return `Readonly<Record<string, ${others ?? 'unknown'}>>`;
  const known = `{ ${fields.join(' ')} }`;
  return others === null || others === 'unknown' ? known : `(${known} & Readonly<Record<string, ${others}>>)`;
}
