import { afterAll, describe, expect, it } from 'vitest';
import { findLibrary } from '../../../models/boosting/find-library.ts';
import { filled, Handle } from '../../../models/boosting/native-library.ts';
import type { Observations } from '../../../models/boosting/protocol.ts';
import { NativeThread } from '../../../models/boosting/thread.ts';
import { parameterText } from '../../../models/lightgbm/parameters.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { libraryFolder, startThread, WORKER_FILE } from '../../factories/native-libraries.ts';

const ROWS = 600;
const COLUMNS = 6;

function observations(seed: number): Observations {
  const uniform = seededUniform(seed);
  const features = Float32Array.from({ length: ROWS * COLUMNS }, () => uniform() - 0.5);
  const labels = Int32Array.from({ length: ROWS }, (_, row) => {
    const x = (features[row * COLUMNS] as number) + 0.2 * (uniform() - 0.5);
    return x < -0.2 ? 0 : x > 0.2 ? 2 : 1;
  });
  return { features, rows: ROWS, columns: COLUMNS, labels, weights: new Float32Array(ROWS).fill(1) };
}

function request(rounds: number, threads = 1) {
  const parameters = parameterText({ min_data_in_leaf: 10 }, 7, threads);
  return { training: observations(1), validation: null, parameters, rounds, earlyStoppingRounds: 5 };
}

const treesOf = (text: string): string => text.slice(0, text.indexOf('parameters:'));

describe('NativeThread', () => {
  const engine = startThread();
  afterAll(() => engine[Symbol.dispose]());

  it('trains a model that ranks the classes', async () => {
    const { text, rounds } = await engine.train(request(30));
    expect(rounds).toBe(30);
    // Where libgomp reads it: with spinning threads, training on busy cores takes ten times as long.
    expect(process.env['OMP_WAIT_POLICY']).toBe('PASSIVE');
    const data = observations(2);
    const raw = await engine.predict({ ...data, text, kind: 'raw', width: 3 });
    let right = 0;
    for (let row = 0; row < ROWS; row += 1) {
      const scores = [...raw.subarray(row * 3, row * 3 + 3)];
      if (scores.indexOf(Math.max(...scores)) === data.labels[row]) right += 1;
    }
    expect(right / ROWS).toBeGreaterThan(0.8);
  });

  it('gives the same trees again, with one thread or two', async () => {
    const [first, second, parallel] = await Promise.all([
      engine.train(request(20)),
      engine.train(request(20)),
      engine.train(request(20, 2)),
    ]);
    expect(second.text).toBe(first.text);
    expect(treesOf(parallel.text)).toBe(treesOf(first.text));
  });

  it('stops early and keeps the best round', async () => {
    const reply = await engine.train({ ...request(500), validation: observations(3) });
    const best = reply.validationLosses.indexOf(Math.min(...reply.validationLosses));
    expect(reply.rounds).toBe(best + 1);
    expect(reply.validationLosses).toHaveLength(best + 1 + 5);
  });

  it('is cancelled between two rounds and can go on', async () => {
    const controller = new AbortController();
    const onRound = (round: number) => round === 3 && controller.abort(new Error('enough'));
    await expect(engine.train(request(100_000), { signal: controller.signal, onRound })).rejects.toThrow(
      'enough',
    );
    expect((await engine.train(request(2))).rounds).toBe(2);
  });

  it('passes on what the library says', async () => {
    const bad = engine.predict({ ...observations(1), text: 'no model', kind: 'raw', width: 3 });
    await expect(bad).rejects.toThrow(/LGBM_BoosterLoadModelFromString: expected success, was: .+/);
  });
});

describe('a closed engine', () => {
  it('finishes what it was asked and refuses more', async () => {
    const closing = startThread();
    const last = closing.train(request(2));
    expect(closing.isOpen).toBe(true);
    closing[Symbol.dispose]();
    closing[Symbol.dispose]();
    expect(closing.isOpen).toBe(false);
    expect((await last).rounds).toBe(2);
    await expect(closing.train(request(2))).rejects.toThrow(
      'lightgbm thread: expected an open one, was closed',
    );
  });
});

describe('Handle', () => {
  it('frees once, and is never used afterwards', () => {
    const freed: unknown[] = [];
    const handle = new Handle(7n, (pointer) => freed.push(pointer));
    expect(handle.pointer).toBe(7n);
    handle[Symbol.dispose]();
    handle[Symbol.dispose]();
    expect(freed).toEqual([7n]);
    expect(() => handle.pointer).toThrow('native handle: expected a live one, was freed');
  });
});

describe('a native object that is filled', () => {
  it('is freed when that fails, and kept when it does not', () => {
    const freed: unknown[] = [];
    const made = (pointer: bigint) => new Handle(pointer, (own) => freed.push(own));
    const failing = () =>
      filled(made(7n), () => {
        throw new Error('label: not a number');
      });
    expect(failing).toThrow('label: not a number');
    expect(freed).toEqual([7n]);
    expect(filled(made(8n), () => undefined).pointer).toBe(8n);
    expect(freed).toEqual([7n]);
  });
});

describe('a library that cannot be loaded', () => {
  it('is named in the error', async () => {
    const broken = { name: 'lightgbm', library: `${libraryFolder()}/../wheels.json`, openmp: null } as const;
    const engine = new NativeThread(broken, WORKER_FILE);
    await expect(engine.train(request(1))).rejects.toThrow(/wheels.json: expected a loadable library/);
    await expect(engine.train(request(1))).rejects.toThrow(/wheels.json/);
  });
});

describe('findLibrary', () => {
  it('finds the library and its OpenMP runtime', () => {
    const found = findLibrary('lightgbm', `/nowhere::${libraryFolder()}`);
    expect(found).toEqual({
      available: true,
      library: `${libraryFolder()}/lib_lightgbm.so`,
      openmp: `${libraryFolder()}/libgomp.so.1`,
    });
  });

  it('takes the first OpenMP runtime of the path for every library', () => {
    const path = `${libraryFolder()}:${libraryFolder('xgboost')}`;
    expect(findLibrary('xgboost', path)).toEqual({
      available: true,
      library: `${libraryFolder('xgboost')}/libxgboost.so`,
      openmp: `${libraryFolder()}/libgomp.so.1`,
    });
  });

  it('says where it looked when there is none', () => {
    expect(findLibrary('xgboost', '/nowhere:/elsewhere')).toMatchObject({
      available: false,
      reason:
        'libxgboost.so: expected in one of the library folders, was absent from /nowhere, /elsewhere; run layers/xgboost/build.ts',
    });
    expect(findLibrary('lightgbm', '')).toMatchObject({
      reason: expect.stringContaining('an empty search path'),
    });
  });
});
