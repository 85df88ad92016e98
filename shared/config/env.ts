import { InvariantViolated } from '../errors.ts';

/**
 * Reads the named environment variables once, at the start of a function.
 * @throws InvariantViolated naming every one that is missing or empty.
 * @example readEnv(process.env, ['LAKE_BUCKET']) // { LAKE_BUCKET: 'oi-lake' }
 */
export function readEnv<Name extends string>(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly Name[],
): Record<Name, string> {
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new InvariantViolated(`environment: expected ${missing.join(', ')} to be set, was not`, {
      field: missing[0],
    });
  }
  return Object.fromEntries(names.map((name) => [name, env[name]])) as Record<Name, string>;
}
