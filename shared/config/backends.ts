import file from '../../config/backends.json' with { type: 'json' };
import { type BackendPolicy, backendPolicySchema } from '../domain/scoring/backend.ts';
import { parseConfig } from './parse.ts';

/** Checks the text of a backend policy. Throws RejectedInput that names the wrong key. */
export function parseBackends(json: unknown): BackendPolicy {
  return parseConfig(backendPolicySchema, json, 'config/backends.json');
}

let loaded: BackendPolicy | undefined;

/** The policy of `config/backends.json` that ships with the code, checked on first use. */
export function backendPolicy(): BackendPolicy {
  loaded ??= parseBackends(file);
  return loaded;
}
