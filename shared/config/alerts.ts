import file from '../../config/alerts.json' with { type: 'json' };
import { type AlertPolicy, alertPolicySchema } from '../domain/alerts/alert-policy.ts';
import { parseConfig } from './parse.ts';

/** Checks the text of an alert policy. Throws RejectedInput that names the wrong key. */
export function parseAlerts(json: unknown): AlertPolicy {
  return parseConfig(alertPolicySchema, json, 'config/alerts.json');
}

let loaded: AlertPolicy | undefined;

/** The policy of `config/alerts.json` that ships with the code, checked on first use. */
export function alertPolicy(): AlertPolicy {
  loaded ??= parseAlerts(file);
  return loaded;
}
