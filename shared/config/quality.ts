import file from '../../config/quality.json' with { type: 'json' };
import { type QualityPolicy, qualityPolicySchema } from '../domain/market/quality/quality-policy.ts';
import { parseConfig } from './parse.ts';

/** Checks the text of a quality policy. Throws RejectedInput that names the wrong key. */
export function parseQuality(json: unknown): QualityPolicy {
  return parseConfig(qualityPolicySchema, json, 'config/quality.json');
}

let loaded: QualityPolicy | undefined;

/** The policy of `config/quality.json` that ships with the code, checked on first use. */
export function qualityPolicy(): QualityPolicy {
  loaded ??= parseQuality(file);
  return loaded;
}
