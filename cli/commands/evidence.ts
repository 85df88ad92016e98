import type { Command } from 'commander';
import { epochMs } from '../../shared/domain/market/indian-time.ts';
import type { HistoryRow } from '../../shared/domain/promotion/registry.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { environmentSource } from '../audit/source.ts';
import { contextOf } from '../context.ts';
import { evidenceFiles } from '../evidence/contents.ts';
import { writeEvidence } from '../evidence/folder.ts';
import { sealedProofs } from '../evidence/sealed-proofs.ts';

export function evidenceCommand(program: Command): void {
  program
    .command('evidence')
    .description(
      'all that is known of a recommendation, in one folder that is checked without the environment',
    )
    .argument('<id>', 'a recommendation')
    .option('--into <folder>', 'where to write it; evidence-ID when left out')
    .action(async (id: string, { into }: { into?: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const [{ sourcesOf }, { keepingReads }, { openReplays }] = await Promise.all([
        import('../replay/sources.ts'),
        import('../replay/kept-reads.ts'),
        import('../replay/open.ts'),
      ]);
      const store = sourcesOf(connection);
      const trail = await store.recommendations.trail(id);
      const { exchange, target, model_version } = trail.recommendation;
      const { sources, kept } = keepingReads(store);
      const replay = await openReplays(sources)(trail.recommendation);
      const model =
        model_version === null ? null : await store.models.version(exchange, target, model_version);
      if (model?.verdict_key) await sources.bucket.get(model.verdict_key);
      const deployment = deploymentOf(await store.models.history(exchange, target), trail.recommendation);
      const proofs = await sealedProofs(environmentSource(connection), [
        id,
        ...new Set(trail.trades.map(({ trade_id }) => trade_id)),
      ]);
      const { files, missing } = evidenceFiles({
        ...{ trail, replay: { ...replay }, model, deployment, proofs },
        ...kept,
      });
      const folder = into ?? `evidence-${id}`;
      const written = writeEvidence(folder, `Evidence of recommendation ${id}`, files, missing);
      output.line(`${folder}: ${written} files; README.md says what each is and how to check it`);
      output.line(
        `  given again: ${replay.status}  proofs: ${proofs.length}  trades: ${trail.trades.length}`,
      );
      for (const { path, why } of missing) output.line(`  no ${path}: ${why}`);
      output.result({
        ...{ ok: true, folder, files: written, replay: replay.status, proofs: proofs.length, missing },
      });
    });
}

/** The switch that put the answering version live, the last one before the answer. */
function deploymentOf(
  history: readonly HistoryRow[],
  { model_version, recorded_at }: Recommendation,
): HistoryRow | null {
  const switches = history.filter(
    ({ event, to_version, at }) =>
      (event === 'promoted' || event === 'rolled_back') &&
      to_version === model_version &&
      epochMs(at) <= epochMs(recorded_at),
  );
  return switches.at(-1) ?? null;
}
