import { describe, expect, it } from 'vitest';
import { fitProcedure, lastPart, prepare } from '../../../models/candidate/fit-procedure.ts';
import { observationsOf, withLabel } from '../../../models/candidate/observations.ts';
import { DEFAULT_OPTIONS } from '../../../models/candidate/train.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import type { FitRequest, ModelFamily } from '../../../shared/ports/model-family.ts';
import { marketRows } from '../../factories/market-rows.ts';

describe('what a family is given', () => {
  it('numbers the sessions of its rows from 0 on, in training and in validation', async () => {
    const market = marketRows({ sessions: 6, rowsPerSession: 80, features: 8, edge: 0.5, seed: 3 });
    const data = observationsOf(market);
    const requests: FitRequest[] = [];
    const linear = linearFamily();
    const family: ModelFamily = {
      ...linear,
      fit(request) {
        requests.push(request);
        return linear.fit(request);
      },
    };
    const training = Int32Array.from(market.sessions.keys());
    const common = { family, options: DEFAULT_OPTIONS, seed: 1, training, signal: undefined };
    await fitProcedure(data, { ...common, rounds: null });
    await fitProcedure(data, { ...common, rounds: 5 });
    const [stopping, whole] = requests as [FitRequest, FitRequest];
    const names = [...withLabel(data, training)].map((row) => market.sessions[row] as string);
    const numbers = names.map((name) => [...new Set(names)].indexOf(name));
    expect([...whole.training.sessions]).toEqual(numbers);
    expect(new Set(stopping.training.sessions)).toEqual(new Set([0, 1, 2, 3]));
    expect(new Set(stopping.validation!.sessions)).toEqual(new Set([0, 1]));
  });
});

describe('early stopping', () => {
  const data = observationsOf(
    marketRows({ sessions: 6, rowsPerSession: 80, features: 8, edge: 0.5, seed: 3 }),
  );
  const all = withLabel(data, Int32Array.from(data.sessions.keys()));

  it('watches whole sessions at the end of the training rows, purged of labels that reach into them', () => {
    // Labels of 30 hours: they cross the night, as ours never do.
    const long = { ...data, labelEndsMs: data.timestampsMs.map((time) => time + 30 * 3_600_000) };
    for (const [rows, sessions] of [
      [data, 4],
      [long, 3],
    ] as const) {
      const { early, late } = lastPart(rows, all);
      const startMs = rows.timestampsMs[late[0]!]!;
      for (const row of early) expect(rows.labelEndsMs[row]!).toBeLessThan(startMs);
      const names = (part: Int32Array) => new Set([...part].map((row) => rows.sessions[row]));
      expect(names(late).size).toBe(2);
      expect(names(early).size).toBe(sessions);
      expect([...names(early)].filter((name) => names(late).has(name))).toEqual([]);
    }
  });

  it('takes rows within the session where there is only one', () => {
    const one = all.filter((row) => data.sessions[row] === data.sessions[0]);
    const { early, late } = lastPart(data, one);
    expect(early.length).toBeGreaterThan(late.length);
    const startMs = data.timestampsMs[late[0]!]!;
    for (const row of early) expect(data.labelEndsMs[row]!).toBeLessThan(startMs);
  });
});

describe('what is fitted before the model', () => {
  const market = marketRows({ sessions: 6, rowsPerSession: 80, features: 10, edge: 0.5, seed: 3 });
  const CONSTANT = market.featureNames.indexOf('noise_8');
  const training = Int32Array.from({ length: 240 }, (_, row) => row);
  const prepared = (features: Float64Array) =>
    prepare(observationsOf({ ...market, features }), {
      options: DEFAULT_OPTIONS,
      seed: 1,
      training,
      stopsEarly: true,
    });

  it('knows the training rows alone: a feature that varies only later is left out', () => {
    const features = market.features.map((value, at) => (at % 10 === CONSTANT && at < 240 * 10 ? 3 : value));
    const { selector } = prepared(features);
    expect(selector.dropped).toContainEqual({ feature: 'noise_8', reason: 'constant' });
    expect(prepared(market.features).selector.kept).toContain(CONSTANT);
  });

  it('is the same whatever the other rows are', () => {
    const later = market.features.map((value, at) => (at >= 240 * 10 ? -3 * value : value));
    const [one, other] = [prepared(market.features), prepared(later)];
    expect(other.selector).toEqual(one.selector);
    expect(other.hmm).toEqual(one.hmm);
    expect(other.fitting).toEqual(one.fitting);
    expect(other.stopping).toEqual(one.stopping);
  });
});
