import { NO_LABEL } from '../../shared/domain/training/classes.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';

export interface MarketShape {
  readonly sessions: number;
  readonly rowsPerSession: number;
  readonly features: number;
  /** How much of the next move the first signal feature knows: 0 nothing, 1 all. */
  readonly edge: number;
  readonly seed: number;
}

const DAY_MS = 86_400_000;
const FIRST_OPEN_MS = Date.UTC(2025, 10, 3, 3, 45);
const HORIZON = 15;
const BARRIER = 0.0008;

/** Feature rows with labels of a random walk in two volatility regimes, with a planted edge in `signal`. */
export function marketRows(shape: MarketShape): CandidateInput {
  const { sessions, rowsPerSession, seed } = shape;
  const rows = sessions * rowsPerSession;
  const uniform = seededUniform(seed);
  const names = featureNames(shape.features);
  const sessionOf = (row: number) => Math.floor(row / rowsPerSession);
  const { prices, volatility } = walk(shape, uniform);
  const ahead = (row: number, minutes: number) =>
    sessionOf(row + minutes) === sessionOf(row) && row + minutes < rows
      ? (prices[row + minutes] as number) / (prices[row] as number) - 1
      : Number.NaN;
  const labels = Array.from({ length: rows }, (_, row) => barrier((minutes) => ahead(row, minutes)));
  const features = new Float64Array(rows * names.length);
  for (let row = 0; row < rows; row += 1) {
    const future = ahead(row, HORIZON);
    const known = Number.isNaN(future) ? 0 : future / BARRIER;
    const values = [
      volatility[row] as number,
      12 + (volatility[row] as number) * 10 + uniform(),
      normal(uniform),
    ];
    values.push(
      shape.edge * known + (1 - shape.edge) * normal(uniform),
      7,
      row % 50 === 0 ? Number.POSITIVE_INFINITY : uniform(),
    );
    values.push(uniform() < 0.1 ? Number.NaN : uniform());
    while (values.length < names.length) values.push(normal(uniform));
    features.set(values.slice(0, names.length), row * names.length);
  }
  return {
    exchange: 'NSE',
    target: 'tb15',
    labelSet: 'tracker-tb15-v1',
    featureSet: 'synthetic',
    featureNames: names,
    features,
    timestampsMs: Float64Array.from(
      { length: rows },
      (_, row) => FIRST_OPEN_MS + sessionOf(row) * DAY_MS + (row % rowsPerSession) * 60_000,
    ),
    sessions: Array.from({ length: rows }, (_, row) =>
      new Date(FIRST_OPEN_MS + sessionOf(row) * DAY_MS).toISOString().slice(0, 10),
    ),
    targets: Int8Array.from(labels, ({ target }) => target),
    labelSpanMinutes: Float64Array.from(labels, ({ minutes }) => minutes),
    forwardReturns: Float64Array.from(labels, (_, row) => ahead(row, HORIZON)),
    prices,
    datasetVersion: '2025-12-04',
    datasetHash: 'd'.repeat(64),
    codeVersion: 'test',
    createdAt: '2025-12-04T10:30:00.000Z',
    seed: 7,
  };
}

function featureNames(count: number): string[] {
  const named = [
    'realized_vol_5m',
    'vix',
    'price_roc_15m',
    'signal',
    'constant',
    'sometimes_infinite',
    'sometimes_missing',
  ];
  return Array.from({ length: count }, (_, at) => named[at] ?? `noise_${at}`);
}

function walk({ sessions, rowsPerSession }: MarketShape, uniform: () => number) {
  const rows = sessions * rowsPerSession;
  const prices = new Float64Array(rows);
  const volatility = new Float64Array(rows);
  let price = 26_000;
  let wild = false;
  for (let row = 0; row < rows; row += 1) {
    if (uniform() < 0.01) wild = !wild;
    const sigma = wild ? 0.0005 : 0.0002;
    price *= 1 + sigma * normal(uniform);
    prices[row] = price;
    volatility[row] = sigma * 300 * (0.8 + 0.4 * uniform());
  }
  return { prices, volatility };
}

function barrier(ahead: (minutes: number) => number): { target: number; minutes: number } {
  if (Number.isNaN(ahead(HORIZON))) return { target: NO_LABEL, minutes: Number.NaN };
  for (let minutes = 1; minutes <= HORIZON; minutes += 1) {
    if (ahead(minutes) > BARRIER) return { target: 1, minutes };
    if (ahead(minutes) < -BARRIER) return { target: -1, minutes };
  }
  return { target: 0, minutes: HORIZON };
}

function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
