import type { ComplianceClass } from './registry.ts';

/**
 * Whether a switch changes only parameters (a retrain with the same features, labels, family and code) or logic.
 * The first deployment is `logic`. Example: `complianceClass('ab..', 'ab..')` is `parameters`.
 */
export function complianceClass(liveLogicHash: string | null, logicHash: string): ComplianceClass {
  return liveLogicHash === logicHash ? 'parameters' : 'logic';
}
