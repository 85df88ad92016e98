import { counted } from '../../market/counted.ts';
import { breached, type Check, clear } from '../check.ts';

/** The outcome of an evaluation. */
export interface Evaluated {
  readonly exchange: string;
  readonly version: string;
  readonly pass: boolean;
  /** Names of the rules that failed. */
  readonly failed: readonly string[];
  /** Where the written verdict is. */
  readonly report: string;
}

/** The gate refused a candidate; production stays as it is. */
export function gateRefused({ exchange, version, pass, failed, report }: Evaluated): Check {
  if (pass) return clear();
  return breached({
    rule: 'gate-refused',
    exchange,
    subject: version,
    severity: 'info',
    title: `${exchange}: the gate refused candidate ${version}`,
    what: `Candidate ${version} of ${exchange} failed ${counted(failed.length, 'rule')} of the gate: ${failed.join(', ')}. Production stays as it is.`,
    next: `Read the verdict at ${report}. Nothing has to be done unless candidates are refused night after night.`,
    numbers: { failed_rules: failed.length },
  });
}
