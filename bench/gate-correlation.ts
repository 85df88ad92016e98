// How alike the daily returns of two retrains are, and of other families and features: what `bench gate` takes for granted.
import { join } from 'node:path';
import { modelFamilies } from '../models/families/create.ts';
import type { FamilyName } from '../shared/domain/training/families.ts';
import { CORRELATIONS } from './parts/gate-experiments.ts';
import { cut, type DailyRecord, recordOf } from './parts/gate-retrains.ts';
import { correlation } from './parts/gate-truth.ts';
import { median, resultLine } from './parts/harness.ts';
import { simulatedRows } from './parts/simulated-rows.ts';

/** Arguments: sessions that each learns from (200), markets (2), the simulator's planted edge (0.2). */
const SESSIONS = Number(process.argv[2] ?? 200);
const MARKETS = Number(process.argv[3] ?? 2);
const EDGE = Number(process.argv[4] ?? 0.2);

const layer = (name: string) => join(import.meta.dirname, '..', 'layers', name, 'build', process.arch, 'lib');
const familyOf = modelFamilies({
  searchPath: `${layer('lightgbm')}:${layer('xgboost')}`,
  workerFile: new URL('../models/boosting/worker.ts', import.meta.url),
});
const found: { readonly kind: 'refresh' | 'replace'; readonly pair: string; readonly r: number }[] = [];
for (let seed = 1; seed <= MARKETS; seed += 1) {
  const input = simulatedRows({ seed, edge: EDGE, sessions: SESSIONS + 1 });
  const all = [...new Set(input.sessions)];
  const yesterday = cut(input, new Set(all.slice(0, SESSIONS)));
  const today = new Set(all.slice(1));
  const next = cut(input, today);
  const record = (rows: typeof next, family: FamilyName = 'lightgbm') => recordOf(rows, familyOf(family));
  const own = await record(next);
  found.push(
    { kind: 'refresh', pair: 'one night later', r: alike(await record(yesterday), own) },
    { kind: 'refresh', pair: 'another seed', r: alike(await record({ ...next, seed: seed + 77 }), own) },
    { kind: 'replace', pair: 'xgboost', r: alike(await record(next, 'xgboost'), own) },
    {
      kind: 'replace',
      pair: 'every second feature',
      r: alike(await record(cut(input, today, (at) => at % 2 === 0)), own),
    },
    { kind: 'replace', pair: 'linear', r: alike(await record(next, 'linear'), own) },
  );
  for (const one of found.slice(-5))
    console.log(`market ${seed}: ${one.kind}, ${one.pair}: ${one.r.toFixed(3)}`);
}
for (const family of ['lightgbm', 'xgboost', 'linear'] as const) familyOf(family).close();
const middle = (kind: 'refresh' | 'replace') =>
  median(found.filter((one) => one.kind === kind).map(({ r }) => r));
console.log(
  resultLine({
    bench: 'gate-correlation',
    ours: middle('refresh'),
    peer: CORRELATIONS.refresh,
    peer_source: 'recorded',
    unit: 'correlation of daily returns of two retrains, the middle of all pairs',
    target: null,
    better: 'higher',
    basis: 'the peer is what bench gate takes',
    replace: middle('replace'),
    replace_taken: CORRELATIONS.replace,
    sessions: SESSIONS,
    pairs: found,
  }),
);

function alike(one: DailyRecord, other: DailyRecord): number {
  const days = [...one.keys()].filter((day) => other.has(day));
  return correlation(
    days.map((day) => one.get(day)!),
    days.map((day) => other.get(day)!),
  );
}
