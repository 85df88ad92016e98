import { type Procedure, writtenOptions } from '../../shared/domain/training/procedure.ts';
import type {
  CandidateInput,
  CandidateOptions,
  SearchSummary,
  TrainingParts,
} from '../../shared/ports/model-trainer.ts';

/** What a run was told and how far its search came, so that it can be done again. */
export function procedureOf(
  { blockingFlags = [] }: Pick<CandidateInput, 'blockingFlags'>,
  options: CandidateOptions,
  { judged }: Pick<SearchSummary, 'judged'>,
  { family, rivals = [] }: TrainingParts,
): Procedure {
  const families = [family, ...rivals];
  const hashes = families.flatMap(({ name, libraryHash }) => (libraryHash ? [[name, libraryHash()]] : []));
  return {
    families: families.map(({ name }) => name),
    options: writtenOptions({ ...options, searchJudged: judged }),
    blocking_flags: [...blockingFlags],
    libraries: { node: process.version, ...Object.fromEntries(hashes) },
  };
}
