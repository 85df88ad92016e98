import type { LocalRequest, LocalResponse } from '../service.ts';
import { API_BODY_LIMIT_BYTES } from './gateway.ts';
import type { Router } from './server.ts';
import { isServicePath } from './service-router.ts';

/** Large enough for any object put in one piece here; S3 itself allows 5 GiB. */
const SERVICE_BODY_LIMIT_BYTES = 512 * 1024 * 1024;

type Handle = (request: LocalRequest) => Promise<LocalResponse>;

/** One port for all: `/aws/<service>/` are the services, `/_local/` is the control, everything else the HTTP API. */
export function createRouter(parts: {
  readonly services: Handle;
  readonly control: Handle;
  readonly gateway: Handle;
}): Router {
  return {
    bodyLimitBytes: (path) => (isServicePath(path) ? SERVICE_BODY_LIMIT_BYTES : API_BODY_LIMIT_BYTES),
    handle(request) {
      if (isServicePath(request.path)) return parts.services(request);
      if (request.path.startsWith('/_local/')) return parts.control(request);
      return parts.gateway(request);
    },
  };
}
