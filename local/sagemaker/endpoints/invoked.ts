import type { LocalRequest } from '../../service.ts';

const PATH = /^\/endpoints\/([^/]+)\/invocations$/;

/** The endpoint that a request of SageMaker's runtime names; undefined when it is of another API. */
export function invokedEndpoint({ path }: Pick<LocalRequest, 'path'>): string | undefined {
  const name = PATH.exec(path)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}
