import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectStates } from '../../../models/hmm/expectation.ts';
import { advance, filterSessions, likeliestState, type RegimeState } from '../../../models/hmm/filter.ts';
import { fitHmm } from '../../../models/hmm/fit.ts';
import type { GaussianHmm } from '../../../models/hmm/gaussian-hmm.ts';
import { readHmm, writeHmm } from '../../../models/hmm/json.ts';
import { orderByVolatility } from '../../../models/hmm/order.ts';
import { RejectedInput } from '../../../shared/errors.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

const INPUTS = ['volatility', 'other'];

interface Path {
  readonly rows: Float64Array;
  readonly states: readonly number[];
  readonly sessions: readonly string[];
  readonly spans: readonly { start: number; end: number }[];
}

/** Sticky states at volatility 1, 3, 5 ..; in odd ones the other input goes along, in even ones against. */
function simulate(stateCount: number, sessionCount: number, rowsPerSession: number, seed: number): Path {
  const uniform = seededUniform(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const count = sessionCount * rowsPerSession;
  const states: number[] = [];
  const rows = new Float64Array(count * 2);
  for (let row = 0; row < count; row += 1) {
    const before =
      row % rowsPerSession === 0 ? Math.floor(uniform() * stateCount) : (states[row - 1] as number);
    const state = uniform() < 0.03 ? (before + 1) % stateCount : before;
    states.push(state);
    const own = normal();
    rows[row * 2] = 1 + 2 * state + 0.4 * own;
    rows[row * 2 + 1] = (state % 2 === 1 ? own : -own) + 0.3 * normal();
  }
  const sessions = states.map((_, row) => `day ${String(Math.floor(row / rowsPerSession)).padStart(3, '0')}`);
  const spans = Array.from({ length: sessionCount }, (_, at) => ({
    start: at * rowsPerSession,
    end: (at + 1) * rowsPerSession,
  }));
  return { rows, states, sessions, spans };
}

const learn = ({ rows, spans }: Path, states: number, seed = 7) =>
  fitHmm({ inputs: INPUTS, rows, spans, states, seed });

describe('fitHmm', () => {
  const path = simulate(2, 10, 200, 1);
  const hmm = learn(path, 2);

  it('finds the states again, the calm one first', () => {
    const chances = filterSessions(hmm, path.rows, path.sessions);
    const right = path.states.filter(
      (state, row) => likeliestState(chances.subarray(row * 2, row * 2 + 2)) === state,
    );
    expect(right.length / path.states.length).toBeGreaterThan(0.97);
    const volatility = (state: number) => hmm.means[state * 2]! * hmm.scale[0]! + hmm.center[0]!;
    expect(volatility(0)).toBeCloseTo(1, 1);
    expect(volatility(1)).toBeCloseTo(3, 1);
    expect(hmm.transition[0]).toBeGreaterThan(0.94);
    expect(hmm.transition[0]).toBeLessThan(0.99);
  });

  it('learns that inputs go together: full covariance', () => {
    const covariance = (state: number) => {
      const [a, , c, d] = hmm.factors.subarray(state * 4, state * 4 + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      return (a * c) / (a * Math.hypot(c, d));
    };
    expect(covariance(0)).toBeLessThan(-0.5);
    expect(covariance(1)).toBeGreaterThan(0.5);
  });

  it('is the same model for the same seed', () => {
    expect(writeHmm(learn(path, 2))).toBe(writeHmm(hmm));
  });

  it('never gets less likely from step to step', () => {
    const standard = path.rows.map((value, at) => (value - hmm.center[at % 2]!) / hmm.scale[at % 2]!);
    const poor = { ...hmm, means: hmm.means.map((value) => value * 0.5) };
    const likelihood = (model: GaussianHmm) => expectStates(model, standard, path.spans).logLikelihood;
    expect(likelihood(hmm)).toBeGreaterThan(likelihood(poor));
    expect(likelihood(hmm)).toBeGreaterThan(
      likelihood({ ...hmm, transition: Float64Array.of(0.5, 0.5, 0.5, 0.5) }),
    );
  });

  it('has ordered states, chances that sum to one, for four states too', () => {
    const four = learn(simulate(4, 10, 300, 2), 4);
    const volatilities = [0, 1, 2, 3].map((state) => four.means[state * 2]!);
    expect(volatilities).toEqual([...volatilities].sort((a, b) => a - b));
    for (let from = 0; from < 4; from += 1) {
      const row = four.transition.subarray(from * 4, from * 4 + 4);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }
  });

  it('refuses a constant input, too few rows and states that collapse, with the reason', () => {
    const constant = path.rows.map((value, at) => (at % 2 === 0 ? value : 5));
    const request = { inputs: INPUTS, rows: path.rows, spans: path.spans, states: 2, seed: 1 };
    expect(() => fitHmm({ ...request, rows: constant })).toThrow(
      'other: expected a regime input that varies, was constant',
    );
    expect(() =>
      fitHmm({ ...request, rows: path.rows.slice(0, 20), spans: [{ start: 0, end: 10 }] }),
    ).toThrow('regime: expected at least 24 complete rows for 2 states, was 10');
    const outlier = Float64Array.from({ length: 200 }, (_, at) => (at === 0 ? 1e6 : Math.sin(at)));
    const collapsing = {
      inputs: ['volatility'],
      rows: outlier,
      spans: [{ start: 0, end: 200 }],
      states: 4,
      seed: 1,
    };
    expect(() => fitHmm(collapsing)).toThrow(RejectedInput);
    expect(() => fitHmm(collapsing)).toThrow('was a singular one');
  });

  it('fits around missing values', () => {
    const uniform = seededUniform(3);
    const holes = path.rows.map((value) => (uniform() < 0.05 ? Number.NaN : value));
    const around = fitHmm({ inputs: INPUTS, rows: holes, spans: path.spans, states: 2, seed: 7 });
    expect(around.means[0]).toBeCloseTo(hmm.means[0]!, 1);
    expect([...around.factors].every(Number.isFinite)).toBe(true);
  });
});

describe('the filter', () => {
  const path = simulate(3, 10, 200, 3);
  const hmm = learn(path, 3);

  it('gives online what it gives in a batch', () => {
    const batch = filterSessions(hmm, path.rows, path.sessions);
    let state: RegimeState = null;
    let worst = 0;
    path.sessions.forEach((session, row) => {
      if (session !== path.sessions[row - 1]) state = null;
      state = advance(hmm, state, path.rows.subarray(row * 2, row * 2 + 2));
      for (let at = 0; at < 3; at += 1) worst = Math.max(worst, Math.abs(state[at]! - batch[row * 3 + at]!));
    });
    expect(worst).toBeLessThan(1e-12);
  });

  it('equals the textbook forward recursion over whole sessions, which normalises nothing on the way', () => {
    let alpha: number[] = [];
    let state: RegimeState = null;
    let worst = 0;
    path.sessions.forEach((session, at) => {
      const isFirst = session !== path.sessions[at - 1];
      const row = path.rows.subarray(at * 2, at * 2 + 2);
      const densities = stateDensities(hmm, row);
      // Log of the chance of the rows so far and of ending in a state (Rabiner 1989, eq. 19 and 20).
      alpha = Array.from(densities, (density, to) => {
        const ways = isFirst
          ? [Math.log(hmm.initial[to]!)]
          : alpha.map((before, from) => before + Math.log(hmm.transition[from * 3 + to]!));
        const most = Math.max(...ways);
        return Math.log(density) + most + Math.log(ways.reduce((sum, way) => sum + Math.exp(way - most), 0));
      });
      const most = Math.max(...alpha);
      const chances = alpha.map((value) => Math.exp(value - most));
      const total = chances.reduce((sum, value) => sum + value, 0);
      state = advance(hmm, isFirst ? null : state, row);
      for (let one = 0; one < 3; one += 1)
        worst = Math.max(worst, Math.abs(state[one]! - chances[one]! / total));
    });
    expect(worst).toBeLessThan(1e-12);
  });

  it('is the chance given the past, by summing over every path of states', () => {
    const rows = path.rows.subarray(0, 12);
    const densities = Array.from({ length: 6 }, (_, row) =>
      stateDensities(hmm, rows.subarray(row * 2, row * 2 + 2)),
    );
    let online: RegimeState = null;
    for (let row = 0; row < 6; row += 1) {
      online = advance(hmm, online, rows.subarray(row * 2, row * 2 + 2));
      const summed = sumOverPaths(hmm, densities.slice(0, row + 1));
      for (let at = 0; at < 3; at += 1) expect(online[at]).toBeCloseTo(summed[at]!, 10);
    }
  });

  it('does not know the future', () => {
    const chances = filterSessions(hmm, path.rows, path.sessions);
    const changed = path.rows.map((value, at) => (at >= 200 ? value + 5 : value));
    expect(filterSessions(hmm, changed, path.sessions).subarray(0, 300)).toEqual(chances.subarray(0, 300));
  });

  it('starts afresh at each session', () => {
    const chances = filterSessions(hmm, path.rows, path.sessions);
    const second = filterSessions(hmm, path.rows.subarray(400, 800), path.sessions.slice(200, 400));
    expect(chances.subarray(600, 1_200)).toEqual(second);
  });

  it('moves by the transition alone when an input is missing, and stays a distribution on any row', () => {
    const state = Float64Array.of(1, 0, 0);
    const moved = advance(hmm, state, [Number.NaN, 1]);
    for (let to = 0; to < 3; to += 1) expect(moved[to]).toBeCloseTo(hmm.transition[to]!, 12);
    const value = fc.oneof(fc.double(), fc.constantFrom(1e30, -1e30, 3.4e38));
    fc.assert(
      fc.property(value, value, (a, b) => {
        const next = advance(hmm, state, [a, b]);
        expect(next.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 9);
        expect([...state]).toEqual([1, 0, 0]);
      }),
    );
    expect(advance(hmm, state, [3.4028234663852886e38, 1])).toEqual(moved);
  });
});

describe('likeliestState', () => {
  it('takes the calmer of two equally likely ones', () => {
    expect(likeliestState([0.2, 0.4, 0.4])).toBe(1);
    expect(likeliestState([1])).toBe(0);
  });
});

describe('orderByVolatility', () => {
  it('renumbers states everywhere, so that the model stays the same one', () => {
    const hmm = learn(simulate(3, 10, 200, 3), 3);
    const swapped = permute(hmm, [2, 0, 1]);
    expect(swapped.means).not.toEqual(hmm.means);
    expect(orderByVolatility(swapped)).toEqual(hmm);
  });
});

describe('regime.json', () => {
  it('comes back bit for bit, and refuses anything else', () => {
    const hmm = learn(simulate(2, 4, 100, 4), 2);
    expect(readHmm(writeHmm(hmm))).toEqual(hmm);
    expect(() => readHmm('{"schema":1,"kind":"other"}')).toThrow();
  });
});

/** Densities straight from the definition, with the covariance's inverse written out for two inputs. */
function stateDensities(hmm: GaussianHmm, row: Float64Array): number[] {
  const [x, y] = [0, 1].map((at) => (row[at]! - hmm.center[at]!) / hmm.scale[at]!) as [number, number];
  return Array.from({ length: hmm.states }, (_, state) => {
    const [a, , c, d] = hmm.factors.subarray(state * 4, state * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const [p, q, r] = [a * a, a * c, c * c + d * d];
    const [dx, dy] = [x - hmm.means[state * 2]!, y - hmm.means[state * 2 + 1]!];
    const determinant = p * r - q * q;
    const distance = (r * dx * dx - 2 * q * dx * dy + p * dy * dy) / determinant;
    return Math.exp(-0.5 * distance) / (2 * Math.PI * Math.sqrt(determinant));
  });
}

function sumOverPaths(hmm: GaussianHmm, densities: readonly number[][]): number[] {
  let chances = densities[0]!.map((density, state) => hmm.initial[state]! * density);
  for (const density of densities.slice(1)) {
    chances = density.map(
      (own, to) =>
        own *
        chances.reduce((sum, chance, from) => sum + chance * hmm.transition[from * hmm.states + to]!, 0),
    );
  }
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return chances.map((chance) => chance / total);
}

function permute(hmm: GaussianHmm, order: readonly number[]): GaussianHmm {
  const blocks = (values: Float64Array, width: number) =>
    Float64Array.from(order.flatMap((state) => [...values.subarray(state * width, (state + 1) * width)]));
  return {
    ...hmm,
    initial: blocks(hmm.initial, 1),
    means: blocks(hmm.means, 2),
    factors: blocks(hmm.factors, 4),
    transition: Float64Array.from(
      order.flatMap((from) => order.map((to) => hmm.transition[from * hmm.states + to]!)),
    ),
  };
}
