import file from '../../config/drift.json' with { type: 'json' };
import { type DriftPolicy, driftPolicySchema } from '../domain/drift/drift-policy.ts';
import { parseConfig } from './parse.ts';

/** Checks the text of a drift policy. Throws RejectedInput that names the wrong key. */
export function parseDrift(json: unknown): DriftPolicy {
  return parseConfig(driftPolicySchema, json, 'config/drift.json');
}

let loaded: DriftPolicy | undefined;

/** The policy of `config/drift.json` that ships with the code, checked on first use. */
export function driftPolicy(): DriftPolicy {
  loaded ??= parseDrift(file);
  return loaded;
}
