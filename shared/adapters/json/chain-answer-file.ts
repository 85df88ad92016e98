import type { ExchangesRules } from '../../domain/market/exchange-rules.ts';
import { parseBseAnswer } from '../../domain/market/import/bse-answer.ts';
import {
  type ChainAnswer,
  type ImportedAnswer,
  importAnswer,
  type LotUsed,
} from '../../domain/market/import/chain-answer.ts';
import { jsonFormOf, unknownForm } from '../../domain/market/import/file-form.ts';
import { type Import, type ImportSummary, ImportTally } from '../../domain/market/import/import-summary.ts';
import { parseNseAnswer } from '../../domain/market/import/nse-answer.ts';
import type { ChainSnapshot } from '../../domain/market/snapshot.ts';
import { RejectedInput } from '../../errors.ts';
import { readJsonFile } from './json-file.ts';

/** An answer's summary: also the lots by which OI and volume became units. */
export interface AnswerSummary extends ImportSummary {
  readonly ivBelowOne: number;
  readonly lots: readonly LotUsed[];
}

/**
 * Opens an option-chain answer of the NSE (2020 or v3 form) or the BSE (`.json`, `.json.gz`): one moment, a snapshot
 * per chain that is followed. Throws RejectedInput that names the file and the field; for a JSON file of another
 * kind it names the known forms.
 */
export async function openChainAnswer(path: string, rules: ExchangesRules): Promise<Import<AnswerSummary>> {
  const json = await readJsonFile(path, 'an option-chain answer');
  const { answer, imported } = read(path, json, rules);
  const tally = new ImportTally();
  return {
    snapshots: walk(answer, imported, tally),
    summary: () => ({
      file: path,
      form: answer.form,
      ...tally.counts(),
      totalRows: answer.rows.length,
      ivBelowOne: imported.ivBelowOne,
      lots: imported.lots,
    }),
  };
}

function read(
  path: string,
  json: unknown,
  rules: ExchangesRules,
): { answer: ChainAnswer; imported: ImportedAnswer } {
  const form = jsonFormOf(json);
  if (form === undefined) {
    throw new RejectedInput(`${path}: ${unknownForm(`JSON with ${keysOf(json)}`)}`, { field: 'file' });
  }
  try {
    const answer = form === 'bse' ? parseBseAnswer(json) : parseNseAnswer(json);
    return { answer, imported: importAnswer(answer, rules) };
  } catch (error) {
    if (!(error instanceof RejectedInput)) throw error;
    throw new RejectedInput(`${path}: ${error.message}`, {
      ...(error.field !== undefined && { field: error.field }),
      cause: error,
    });
  }
}

function keysOf(json: unknown): string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'no object at its top';
  const keys = Object.keys(json).slice(0, 10);
  return keys.length === 0 ? 'an empty object' : `the keys ${keys.join(', ').slice(0, 200)}`;
}

async function* walk(
  answer: ChainAnswer,
  { snapshots, used, skipped }: ImportedAnswer,
  tally: ImportTally,
): AsyncGenerator<ChainSnapshot, void, undefined> {
  tally.add(answer.rows.length, used, skipped, snapshots);
  yield* snapshots;
}
