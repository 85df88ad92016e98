import type { GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/** The ONNX graph decides every leaf as the library does, on enough rows, and the files are the hashed ones. */
export function exportExact({ export: exported, imported, policy }: GateContext): RuleResult {
  const limits = policy.rules.export_exact;
  const complaints: string[] = [];
  if (!exported.hashes_verified) complaints.push('a bundle file does not have its stated hash');
  if (exported.leaf_mismatches > 0) complaints.push(`${exported.leaf_mismatches} rows reached another leaf`);
  if (!(exported.max_probability_error <= limits.max_probability_error)) {
    complaints.push(`probabilities differ by up to ${exported.max_probability_error}`);
  }
  if (exported.ordinary_rows < limits.min_ordinary_rows) {
    complaints.push(`${exported.ordinary_rows} ordinary rows compared, needed ${limits.min_ordinary_rows}`);
  }
  if (exported.adversarial_rows < limits.min_adversarial_rows) {
    complaints.push(
      `${exported.adversarial_rows} adversarial rows compared, needed ${limits.min_adversarial_rows}`,
    );
  }
  const rows = exported.ordinary_rows + exported.adversarial_rows;
  return {
    rule: 'export-exact',
    pass: complaints.length === 0,
    candidate: Number.isFinite(exported.max_probability_error) ? exported.max_probability_error : null,
    baseline: null,
    threshold: limits.max_probability_error,
    why:
      complaints.length > 0
        ? `The export is not exact: ${complaints.join('; ')}.`
        : `${imported ? 'Answers as the files that were brought' : 'Every leaf equal'} on ${shown(rows)} rows, probabilities within ${exported.max_probability_error}, hashes verified.`,
  };
}
