import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Document, routesText } from '../../../clients/typescript/routes-text.ts';
import { API_ROUTES } from '../../../functions/read/api-routes.ts';
import { openApi } from '../../../functions/read/open-api.ts';

const ROUTES_FILE = join(import.meta.dirname, '../../../clients/typescript/routes.ts');
const current = routesText(openApi('') as unknown as Document);

describe('clients/typescript/routes.ts', () => {
  it('is what the OpenAPI document says', async () => {
    await expect(current).toMatchFileSnapshot(ROUTES_FILE);
  });

  it('has every route of the API', () => {
    for (const { method, path } of API_ROUTES)
      expect(current).toContain(`"${method.toUpperCase()} ${path}": {`);
    expect(current.match(/^ {4}readonly answer: /gm)).toHaveLength(API_ROUTES.length);
  });
});

describe('routesText', () => {
  const answer = (schema: object) => ({ '200': { content: { 'application/json': { schema } } } });
  const operation = { summary: 'One.', parameters: [], responses: answer({ type: 'null' }) };

  it('writes parameters by their place, a body and an answer', () => {
    const parameters = [
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'limit', in: 'query', required: false, description: 'How many.', schema: { type: 'integer' } },
    ];
    const requestBody = { content: { 'application/json': { schema: { type: 'number' } } } };
    const document = { paths: { '/a/{id}': { post: { ...operation, parameters, requestBody } } } };
    expect(routesText(document as unknown as Document)).toContain(
      [
        '  /** One. */',
        '  "POST /a/{id}": {',
        '    readonly path: { readonly "id": string; };',
        '    readonly query: { /** How many. */ readonly "limit"?: number; };',
        '    readonly body: number;',
        '    readonly answer: null;',
        '  };',
        '}',
      ].join('\n'),
    );
  });

  it('refuses a route without an answer', () => {
    const document = { paths: { '/a': { get: { ...operation, responses: { '404': {} } } } } };
    expect(() => routesText(document as unknown as Document)).toThrow(
      '/a: expected an answer with a schema, was none',
    );
  });
});
