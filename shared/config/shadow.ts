import file from '../../config/shadow.json' with { type: 'json' };
import { type ShadowPolicy, shadowPolicySchema } from '../domain/outcomes/shadow-policy.ts';
import { parseConfig } from './parse.ts';

/** Checks the text of a shadow policy. Throws RejectedInput that names the wrong key. */
export function parseShadow(json: unknown): ShadowPolicy {
  return parseConfig(shadowPolicySchema, json, 'config/shadow.json');
}

let loaded: ShadowPolicy | undefined;

/** The policy of `config/shadow.json` that ships with the code, checked on first use. */
export function shadowPolicy(): ShadowPolicy {
  loaded ??= parseShadow(file);
  return loaded;
}
