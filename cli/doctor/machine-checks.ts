import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { executionConfig } from '../../shared/config/execution.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NATIVE = ['onnxruntime', 'koffi', 'lightgbm', 'xgboost'] as const;

/** This machine and the files of this copy: Node, native libraries, configuration. */
export function checkMachine(): Finding[] {
  return [node(), natives(), config()];
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const says = `Node ${process.versions.node}`;
  return major >= 24
    ? ok('node', says)
    : fail('node', `${says}, 24 or newer is needed`, 'start the CLI as ./oi');
}

/** Built on first use; training and scoring here need them. */
function natives(): Finding {
  const missing = NATIVE.filter((name) => !isBuilt(join(ROOT, 'layers', name, 'build')));
  if (missing.length === 0) return ok('native libraries', `${NATIVE.join(', ')} are built`);
  const remedy =
    './oi start builds them; without a network, copy layers/NAME/build from a machine that has them';
  return warn('native libraries', `not built: ${missing.join(', ')}`, remedy);
}

function isBuilt(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

function config(): Finding {
  try {
    const { account_rupees } = riskPolicy();
    const { default_policy } = executionConfig();
    exchangesRules();
    return ok('configuration', `valid: policy ${default_policy}, account of ${account_rupees} rupees`);
  } catch (error) {
    return fail('configuration', (error as Error).message, 'correct the field that is named');
  }
}
