import { bundles } from '../../functions/score/bundles.ts';
import {
  type AnswerReplay,
  type ReplayAnswerPorts,
  replayAnswer,
} from '../../functions/score/replay-answer.ts';
import { loadBundle } from '../../models/candidate/load.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { FEATURE_SETS } from '../../shared/domain/features/feature-sets.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { lakeSessions } from './lake-sessions.ts';
import type { ReplaySources } from './sources.ts';

/** Gives answers again from what is kept, by the rules that ship with this code. */
export function openReplays(sources: ReplaySources): (recorded: Recommendation) => Promise<AnswerReplay> {
  const { registry, summaries, models, bucket } = sources;
  // Nothing is written here.
  const lake = lakeFiles(bucket as ObjectStore, hyparquetCodec);
  return replayAnswer({
    ...rulesOfNow(),
    sessions: lakeSessions({ registry, lake, summaries }),
    models,
    openBundle: bundles({
      readFiles: bundleFiles(bucket),
      load: (files) => loadBundle(files, openSession),
    }),
  });
}

function rulesOfNow(): Omit<ReplayAnswerPorts, 'sessions' | 'models' | 'openBundle'> {
  return {
    featureSets: FEATURE_SETS,
    trainingSet: featureConfig().training,
    rules: exchangesRules(),
    quality: qualityPolicy(),
    execution: optionPolicy(),
    policy: riskPolicy(),
  };
}
