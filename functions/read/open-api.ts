import * as z from 'zod';
import { API_ROUTES, type ApiRoute } from './api-routes.ts';

const PROBLEM = z.object({
  type: z.string().describe('Stable name of the kind of error: `urn:oi-loop:problem:<name>`.'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  field: z.string().optional().describe('The field that is wrong.'),
});

/** What API Gateway refuses before a function is asked, in its own words, which nobody can change. */
const GATEWAY_REFUSAL = z.object({ message: z.string() });
const BY_GATEWAY = ['403', '413', '429', '431', '503'];

const MEANING = {
  400: 'The request was not understood; `field` names what is wrong.',
  403: 'Not signed, or the role may not call this route.',
  404: 'Not found.',
  405: 'The path takes another method; `Allow` names it.',
  409: 'Changed by somebody else; read again and retry.',
  413: 'The body is too large; send fewer snapshots or gzip.',
  415: 'The body is neither JSON nor gzipped JSON.',
  429: 'Too much at once; nothing was accepted, send it again after `Retry-After` seconds.',
  431: 'Request line and headers are too long together.',
  500: 'Something went wrong here; nothing that was accepted before is lost.',
  503: 'Busy; try again.',
} as const;

/** The OpenAPI 3.1 document of the HTTP API, generated from the schemas that the routes check with. */
export function openApi(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'OI Loop',
      version,
      description: 'Chain snapshots in, recommendations out, and everything that became of them.',
    },
    security: [{ sigv4: [] }],
    paths: paths(API_ROUTES),
    components: {
      schemas: {
        Problem: jsonSchema(PROBLEM, 'output'),
        GatewayRefusal: jsonSchema(GATEWAY_REFUSAL, 'output'),
      },
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: 'AWS Signature Version 4, service execute-api, with the keys of an API role.',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
  };
}

function paths(routes: readonly ApiRoute[]): Record<string, Record<string, unknown>> {
  const found: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    found[route.path] = { ...found[route.path], [route.method]: operation(route) };
  }
  return found;
}

function operation(route: ApiRoute) {
  const media = route.media ?? 'application/json';
  return {
    operationId: operationId(route),
    summary: route.summary,
    parameters: parametersOf(route),
    ...(route.body === undefined ? {} : { requestBody: requestBody(route.body) }),
    responses: {
      [route.status]: {
        description: route.summary,
        content: { [media]: { schema: jsonSchema(route.answer, 'output') } },
      },
      ...problems(),
    },
  };
}

/** Example: `get /v1/models/{exchange}/live` is `getModelsExchangeLive`. */
function operationId({ method, path }: ApiRoute): string {
  const words = path.split(/[^a-z]+/).filter((word) => word !== '' && word !== 'v');
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

function parametersOf({ path, parameters }: ApiRoute) {
  return Object.entries(parameters?.shape ?? {}).map(([name, schema]) => {
    const inPath = path.includes(`{${name}}`);
    const { description, ...rest } = jsonSchema(schema as z.ZodType, 'input');
    return {
      name,
      in: inPath ? 'path' : 'query',
      required: inPath,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function requestBody(body: z.ZodType) {
  const schema = jsonSchema(body, 'input');
  return {
    required: true,
    content: { 'application/json': { schema }, 'application/gzip': { schema: { type: 'string' } } },
  };
}

function problems() {
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const refusal = { 'application/json': { schema: { $ref: '#/components/schemas/GatewayRefusal' } } };
  return Object.fromEntries(
    Object.entries(MEANING).map(([status, description]) => [
      status,
      { description, content: BY_GATEWAY.includes(status) ? { ...problem, ...refusal } : problem },
    ]),
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
