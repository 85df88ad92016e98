/** A route of the HTTP API as the template declares it. */
export interface Route {
  /** `GET /v1/models/{exchange}/live`, `ANY /v1/x/{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly isSigned: boolean;
  readonly functionArn: string;
  readonly timeoutMs: number;
}

export interface RouteMatch {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request as API Gateway does: a full match before `{proxy+}` before `$default`, fixed
 * segments before `{parameters}`, a named method before ANY. `path` is percent-encoded; parameters come decoded.
 */
export function findRoute(routes: readonly Route[], method: string, path: string): RouteMatch | null {
  const segments = path.split('/').slice(1).map(decode);
  const matches = routes
    .flatMap((route) => {
      const match = matchRoute(route, method, segments);
      return match === null ? [] : [match];
    })
    .sort((a, b) => specificity(b.route).localeCompare(specificity(a.route)));
  return matches[0] ?? null;
}

function matchRoute(route: Route, method: string, segments: readonly string[]): RouteMatch | null {
  if (route.routeKey === '$default') return { route, pathParameters: {} };
  const [wantedMethod = '', pattern = ''] = route.routeKey.split(' ');
  if (wantedMethod !== 'ANY' && wantedMethod !== method) return null;
  const parts = pattern.split('/').slice(1);
  const isGreedy = parts.at(-1)?.endsWith('+}') ?? false;
  if (isGreedy ? segments.length < parts.length : segments.length !== parts.length) return null;
  const pathParameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.endsWith('+}')) pathParameters[part.slice(1, -2)] = segments.slice(index).join('/');
    else if (!part.startsWith('{')) {
      if (part !== segment) return null;
    } else if (segment === '') return null;
    else pathParameters[part.slice(1, -1)] = segment;
  }
  return { route, pathParameters };
}

// One letter a segment, so that comparing text compares routes: fixed > parameter > greedy > $default.
function specificity({ routeKey }: Route): string {
  if (routeKey === '$default') return '';
  const [method = '', pattern = ''] = routeKey.split(' ');
  const letters = pattern
    .split('/')
    .map((part) => (part.endsWith('+}') ? 'a' : part.startsWith('{') ? 'b' : 'c'));
  return `${letters.join('')}${method === 'ANY' ? '' : 'd'}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
