import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ALERT_RULES } from '../../../shared/domain/alerts/alert-state.ts';
import { GATE_RULES } from '../../../shared/domain/evaluation/rule-result.ts';
import { RISK_FLAGS } from '../../../shared/domain/scoring/recommendation.ts';

/** A rule is found by its id: one rule a file, the file named for it. */
test.each([
  ['evaluation/rules', GATE_RULES],
  ['alerts/rules', ALERT_RULES],
  ['drift/rules', ['psi', 'mean-shift', 'missing-values']],
  ['scoring/risk-flags', [...RISK_FLAGS.map((flag) => flag.replaceAll('_', '-')), 'facts']],
])('%s holds one file per rule', (folder, ids) => {
  const files = readdirSync(new URL(`../../../shared/domain/${folder}/`, import.meta.url));
  expect(files.sort()).toEqual(ids.map((id) => `${id}.ts`).sort());
});
