import type { ExchangesRules } from '../../domain/market/exchange-rules.ts';
import { type CsvForm, csvFormOf, unknownForm } from '../../domain/market/import/file-form.ts';
import type { Import } from '../../domain/market/import/import-summary.ts';
import { RejectedInput } from '../../errors.ts';
import { openChainAnswer } from '../json/chain-answer-file.ts';
import { beginning, readHead } from './file-head.ts';
import { type OpenOptions, openRecordedChain } from './recorded-chain-file.ts';
import { openSparseExport } from './sparse-export-file.ts';

/**
 * Opens any file of option chains that is known, by what is in it (`FILE_FORMS`). Throws RejectedInput for a file of
 * no known form, naming those that are, and for whatever its form's own reader refuses.
 * Example: `const chain = await openChainFile(path, exchangesRules()); for await (const one of chain.snapshots) ...`.
 */
export async function openChainFile(
  path: string,
  rules: ExchangesRules,
  options: OpenOptions = {},
): Promise<Import> {
  const head = await readHead(path);
  if (/^\s*[{[]/.test(head)) return openChainAnswer(path, rules);
  return csvForm(path, head) === 'recorded_chain' ? openRecordedChain(path, options) : openSparseExport(path);
}

function csvForm(path: string, head: string): CsvForm {
  const line = head.split(/\r?\n/).find((each) => each.trim() !== '') ?? '';
  const names = line.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  const form = csvFormOf(names);
  if (form !== undefined) return form;
  throw new RejectedInput(`${path}: ${unknownForm(beginning(line), names)}`, { field: 'file' });
}
