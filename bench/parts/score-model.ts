import { boostedFamily } from '../../models/boosting/family.ts';
import { trainCandidate } from '../../models/candidate/train.ts';
import { LIGHTGBM } from '../../models/lightgbm/family.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import type { Candidate } from '../../shared/ports/model-trainer.ts';
import { libraryFolder, WORKER_FILE } from '../../test/factories/native-libraries.ts';
import { trackerMarket } from '../../test/factories/tracker-market.ts';

/** As many trees as the exact SHAP benchmark has: 200 rounds, three classes. */
const ROUNDS = 200;
const SESSIONS = 30;
const ROWS_PER_SESSION = 200;

/** A bundle as it goes live, and the very same trees as LightGBM itself writes them. */
export interface ServedModel {
  readonly candidate: Candidate;
  /** LightGBM's own text of the final fit. */
  readonly text: string;
  /** Features that its columns are, in their order; after them come the chances of the regime states. */
  readonly columns: readonly string[];
}

/** Trains the bundle that everybody serves: a whole candidate of the tracker's features, every fit with all rounds. */
export async function servedModel(): Promise<ServedModel> {
  let text = '';
  const family = boostedFamily(
    {
      ...LIGHTGBM,
      // The first trees that are read become the bundle; those of the folds are read for the report, later.
      parseModel(written) {
        if (text === '') text = written;
        return LIGHTGBM.parseModel(written);
      },
    },
    { searchPath: libraryFolder(), workerFile: WORKER_FILE },
  );
  try {
    const market = trackerMarket({ sessions: SESSIONS, rowsPerSession: ROWS_PER_SESSION, seed: 5 });
    const candidate = await trainCandidate(
      { ...market, options: { rounds: ROUNDS, folds: 2, exactnessRows: 500 } },
      {
        family: { ...family, fit: (request) => family.fit({ ...request, rounds: ROUNDS, validation: null }) },
        openSession,
      },
    );
    return { candidate, text, columns: keptFeatures(candidate) };
  } finally {
    await family.close();
  }
}

function keptFeatures({ files, bundle }: Candidate): string[] {
  const selector = JSON.parse(new TextDecoder().decode(files.get('selector.json'))) as { kept: number[] };
  return selector.kept.map((at) => bundle.feature_names[at] as string);
}
