import { describe, expect, it } from 'vitest';
import { normalisedBlack, normalisedVega } from '../../../shared/stats/normalised-black.ts';
import { normalisedImpliedDeviation } from '../../../shared/stats/normalised-implied-deviation.ts';

/** Log-moneyness, deviation and price, the price evaluated with 60 digits. */
const EXACT: readonly [number, number, number][] = [
  [0, 1e-7, 3.989422804014325e-8],
  [0, 0.002, 0.0007978844278221252],
  [0, 0.1, 0.039877611676744924],
  [0, 1, 0.3829249225480262],
  [0, 3, 0.8663855974622838],
  [-1e-12, 1e-7, 3.989372804213796e-8],
  [-1e-12, 0.002, 0.0007978844273221252],
  [-1e-12, 0.1, 0.03987761167624493],
  [-1e-12, 1, 0.3829249225475262],
  [-1e-12, 3, 0.8663855974617839],
  [-1e-6, 1e-7, 7.474560254589318e-32],
  [-1e-6, 0.002, 0.0007973845275577431],
  [-1e-6, 0.1, 0.03987711167874213],
  [-1e-6, 1, 0.3829244225482501],
  [-1e-6, 3, 0.8663850974624138],
  [-0.001, 0.0001, 7.474560245421083e-29],
  [-0.001, 0.02, 0.0074886845871202055],
  [-0.001, 0.5, 0.19691306268959202],
  [-0.001, 1.3, 0.48380796312604557],
  [-0.001, 8, 0.9994367824959496],
  [-0.01, 0.02, 0.003955830277597866],
  [-0.01, 0.5, 0.19245376379916407],
  [-0.01, 1.3, 0.4793262333932136],
  [-0.01, 8, 0.9949491367536739],
  [-0.05, 0.02, 4.008107613705484e-5],
  [-0.05, 0.5, 0.17343765765447128],
  [-0.05, 1.3, 0.4597670564464466],
  [-0.05, 8, 0.9752465706611031],
  [-0.2, 0.1, 0.0008482361813871328],
  [-0.2, 1, 0.2916981841600693],
  [-0.2, 3, 0.7714182372320803],
  [-0.7, 0.02, 6.417288613669891e-272],
  [-0.7, 0.5, 0.017933348533746608],
  [-0.7, 1.3, 0.21714268967232345],
  [-0.7, 8, 0.704624965677895],
  [-1.5, 0.5, 0.00018597846299995175],
  [-1.5, 1.3, 0.06967992811669606],
  [-1.5, 8, 0.4723042070660382],
  [-4.5, 1, 6.184499390553886e-7],
  [-4.5, 3, 0.039892136350805484],
  [-9, 0.5, 2.6071177885906652e-74],
  [-9, 1.3, 3.256912112734962e-13],
  [-9, 8, 0.01107316309066855],
];

const kappa = (x: number, s: number, b: number) => Math.max(1, (s * normalisedVega(x / s, s / 2)) / b);

describe('normalisedBlack', () => {
  it.each(EXACT)('x %d, s %d is exact to 4 ulp times the condition number', (x, s, exact) => {
    const error = Math.abs(normalisedBlack(x, s) / exact - 1);
    expect(error).toBeLessThanOrEqual(4 * Number.EPSILON * kappa(x, s, exact));
  });

  it('is 0 without deviation and exp(x/2) with endless deviation', () => {
    expect(normalisedBlack(-0.1, 0)).toBe(0);
    expect(normalisedBlack(0, 0)).toBe(0);
    expect(normalisedBlack(-0.1, 100)).toBe(Math.exp(-0.05));
  });

  it('joins without a step where its forms meet', () => {
    for (const x of [0, -0.3, -1.2, -3.9999, -4.0001, -8]) {
      for (let s = 0.5; s < 6; s += 0.01) {
        expect(normalisedBlack(x, s * (1 + 1e-9))).toBeGreaterThanOrEqual(normalisedBlack(x, s));
      }
    }
  });
});

describe('normalisedImpliedDeviation', () => {
  it.each(EXACT)('x %d, s %d comes back from its exact price', (x, s, exact) => {
    const found = normalisedImpliedDeviation(x, exact);
    const vegaShare = (s * normalisedVega(x / s, s / 2)) / exact;
    expect(Math.abs(found / s - 1)).toBeLessThanOrEqual(8 * Number.EPSILON * Math.max(1, 1 / vegaShare));
  });

  it('is NaN outside the prices a volatility can give', () => {
    for (const price of [0, -0.1, Number.NaN, Math.exp(-0.05), 1]) {
      expect(normalisedImpliedDeviation(-0.1, price)).toBeNaN();
    }
  });
});
