import { type Schema, typeText } from './type-text.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Operation {
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

/** The part of an OpenAPI document that the types are made of. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const HEAD = `// Generated from the OpenAPI document: npx vitest run test/clients/typescript/routes-text.test.ts -u
// biome-ignore-all format: a line a field, as it is generated
/** What each route of the API takes and answers, by method and path. */
export interface Routes {`;

/** The routes of a document as one TypeScript interface. @throws RangeError for a schema that it cannot write */
export function routesText({ paths }: Document): string {
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => routeText(method, path, operation)),
  );
  return `${[HEAD, ...routes].join('\n')}\n}\n`;
}

function routeText(method: string, path: string, operation: Operation): string {
  const { summary, parameters, requestBody } = operation;
  const body = requestBody?.content['application/json']?.schema;
  return [
    `  /** ${summary} */`,
    `  ${JSON.stringify(`${method.toUpperCase()} ${path}`)}: {`,
    `    readonly path: ${parametersText(parameters, 'path')};`,
    `    readonly query: ${parametersText(parameters, 'query')};`,
    `    readonly body: ${body === undefined ? 'undefined' : typeText(body)};`,
    `    readonly answer: ${typeText(answerSchema(path, operation))};`,
    '  };',
  ].join('\n');
}

function parametersText(parameters: readonly Parameter[], place: Parameter['in']): string {
  const fields = parameters
    .filter((one) => one.in === place)
    .map(({ name, required, description, schema }) => {
      const comment = description === undefined ? '' : `/** ${description} */ `;
      return `${comment}readonly ${JSON.stringify(name)}${required ? '' : '?'}: ${typeText(schema)};`;
    });
  return fields.length === 0 ? 'Readonly<Record<never, never>>' : `{ ${fields.join(' ')} }`;
}

function answerSchema(path: string, { responses }: Operation): Schema {
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'));
  const [content] = Object.values(good?.[1].content ?? {});
  if (content === undefined) throw new RangeError(`${path}: expected an answer with a schema, was none`);
  return content.schema;
}
