// Honest training: without an edge the out-of-fold figures say so, a planted edge is found, and more of it the larger it is.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainCandidate } from '../models/candidate/train.ts';
import { modelFamilies } from '../models/families/create.ts';
import { openSession } from '../shared/adapters/onnx/open-session.ts';
import { executionConfig } from '../shared/config/execution.ts';
import type { FamilyName } from '../shared/domain/training/families.ts';
import type { CandidateInput } from '../shared/ports/model-trainer.ts';
import { edgePage } from './parts/edge-page.ts';
import { resultLine } from './parts/harness.ts';
import { honestyOf, type Judgement } from './parts/honesty.ts';
import { simulatedRows } from './parts/simulated-rows.ts';

/** Arguments: sessions a market (30), markets without an edge (3). */
const SESSIONS = Number(process.argv[2] ?? 30);
const SEEDS = Number(process.argv[3] ?? 3);
const EDGES = [0.1, 0.2, 0.3];
const FAMILIES: readonly FamilyName[] = ['linear', 'lightgbm'];
/** Standard errors: of six markets without an edge none is further away in 98 of 100 runs. */
const NOISE = 3;
const COST_RETURN = executionConfig().backtest.cost_bps / 10_000;

const layer = (name: string) => join(import.meta.dirname, '..', 'layers', name, 'build', process.arch, 'lib');
const familyOf = modelFamilies({
  searchPath: `${layer('lightgbm')}:${layer('xgboost')}`,
  workerFile: new URL('../models/boosting/worker.ts', import.meta.url),
});

const markets = [
  ...Array.from({ length: SEEDS }, (_, at) => ({ seed: at + 1, edge: 0 })),
  ...EDGES.map((edge) => ({ seed: 1, edge })),
];
const judged: Judgement[] = [];
for (const { seed, edge } of markets) {
  const input = simulatedRows({ seed, edge, sessions: SESSIONS });
  for (const family of FAMILIES) {
    const found = { family, seed, edge, ...(await judge(input, family)) };
    judged.push(found);
    console.log(lineOf(found));
  }
}
for (const family of FAMILIES) familyOf(family).close();
const file = join(tmpdir(), 'oi-bench-edge.html');
writeFileSync(file, await edgePage(judged, SESSIONS));
console.log(`picture: ${file}`);

const zOf = ({ auc, error }: Judgement) => (auc - 0.5) / error;
const none = judged.filter(({ edge }) => edge === 0);
const largest = judged.filter(({ edge }) => edge === EDGES.at(-1));
const rising = FAMILIES.every((family) => {
  const areas = [0, ...EDGES].map(
    (edge) => judged.find((one) => one.family === family && one.edge === edge)!.auc,
  );
  return areas.every((area, at) => at === 0 || area > areas[at - 1]!);
});
console.log(
  resultLine({
    bench: 'edge',
    ours: Math.max(...none.map((one) => Math.abs(zOf(one)))),
    peer: Math.min(...largest.map(zOf)),
    peer_source: 'measured',
    unit: 'standard errors of the AUC of direction',
    target: NOISE,
    better: 'lower',
    basis:
      'ours is the furthest from 0.5 without an edge, the peer the nearest with the largest planted edge',
    found_met: Math.min(...largest.map(zOf)) > NOISE,
    rising_met: rising,
    profit_met: largest.every(({ held_out_net_bps }) => (held_out_net_bps ?? 0) > 0),
    sessions: SESSIONS,
    markets: judged,
  }),
);

async function judge(input: CandidateInput, family: FamilyName) {
  const options = { exactnessRows: 500, costReturn: COST_RETURN };
  return honestyOf(
    await trainCandidate({ ...input, options }, { family: familyOf(family), openSession }),
    COST_RETURN,
  );
}

function lineOf({ family, seed, edge, ...found }: Judgement): string {
  const { auc, error, ece, bias, base_error, loss_ratio, net_bps, held_out_net_bps } = found;
  const bps = (value: number | null) => (value === null ? 'no trade' : `${value.toFixed(2)} bps`);
  return (
    `${family.padEnd(9)} edge ${edge.toFixed(2)} seed ${seed}: AUC of direction ${auc.toFixed(3)} +- ${error.toFixed(3)}, ECE ${ece.toFixed(3)}, ` +
    `mean probability off by ${bias.toFixed(3)} (base rates of the past +- ${base_error.toFixed(3)}), log-loss ${loss_ratio.toFixed(3)} of base, ` +
    `net ${bps(net_bps)} out of fold, ${bps(held_out_net_bps)} held out`
  );
}
