import { API_ROUTES } from './api-routes.ts';

/** The route that takes every request that no other takes, so that it is refused in the API's own words. */
export const UNKNOWN_ROUTE = 'ANY /{proxy+}';

/**
 * The methods that the API knows for a path, percent-decoded as it arrives; none for an unknown one.
 * Example: `methodsOf('/v1/models/NSE/live')` is `['GET']`.
 */
export function methodsOf(path: string): string[] {
  const segments = path.split('/');
  return API_ROUTES.filter((route) => isAt(route.path.split('/'), segments)).map(({ method }) =>
    method.toUpperCase(),
  );
}

function isAt(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]))
  );
}
