import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHAIN_V3, computeChainV3 } from '../../../../../shared/domain/features/chain-v3/chain-v3.ts';
import { featureNames } from '../../../../../shared/domain/features/feature-set.ts';
import { type FeatureWindow, windowOf } from '../../../../../shared/domain/features/window.ts';
import { epochMs } from '../../../../../shared/domain/market/indian-time.ts';
import { windowOver } from '../../../../factories/priced-chain.ts';
import { aRandomChain, aRandomContext } from '../../../../factories/random-chain.ts';
import { someTerms } from '../../../../factories/window.ts';

const NAMES = featureNames(CHAIN_V3);

function vectorOf(window: FeatureWindow): Float64Array {
  const vector = computeChainV3(window);
  if ('error' in vector) throw new Error(vector.error);
  return vector.features;
}

const options = fc.record({
  seed: fc.nat(),
  faults: fc.constantFrom(0, 0.03, 0.2, 0.6),
  minutes: fc.constant(75),
});

describe('the catalogue of chain-v3', () => {
  it('has 106 features, each once, by plain names', () => {
    expect(new Set(NAMES).size).toBe(NAMES.length);
    expect(NAMES).toHaveLength(106);
    expect(NAMES.every((name) => /^[a-z][a-z0-9_]+$/.test(name))).toBe(true);
  });

  it.each(CHAIN_V3.catalogue.map((spec) => [spec.name, spec] as const))('%s is described', (_, spec) => {
    expect(spec.unit).not.toBe('');
    expect(spec.source.length).toBeGreaterThan(1);
    expect(spec.missing).toMatch(/NaN|^none/);
    expect(spec.formula.length).toBeGreaterThan(7);
    expect(spec.formula).not.toContain('\n');
    expect(spec.lookBackMinutes).toBeLessThan(CHAIN_V3.windowMinutes);
  });

  it('tells the truth about look-back: older snapshots change no feature, gaps and faults or not', () => {
    const lookBacks = [...new Set(CHAIN_V3.catalogue.map((spec) => spec.lookBackMinutes))];
    fc.assert(
      fc.property(options, (given) => {
        const session = aRandomChain(given);
        const others = aRandomChain({ ...given, seed: given.seed + 1, faults: 0 });
        const vector = vectorOf(windowOver(session));
        const nowMs = epochMs(session.at(-1)!.timestamp);
        for (const minutes of lookBacks) {
          const isOld = ({ timestamp }: { timestamp: string }) =>
            nowMs - epochMs(timestamp) >= (minutes + 1) * 60_000;
          const changed = vectorOf(
            windowOver([...others.filter(isOld), ...session.filter((one) => !isOld(one))]),
          );
          for (const [i, spec] of CHAIN_V3.catalogue.entries()) {
            if (spec.lookBackMinutes <= minutes)
              expect(changed[i], `${spec.name}, ${minutes} min`).toBe(vector[i]);
          }
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('any vector of chain-v3', () => {
  it('knows every feature after a whole hour, with its siblings and a month of earlier sessions', () => {
    const vector = vectorOf(windowOver(aRandomChain(), aRandomContext()));
    expect(NAMES.filter((_, i) => Number.isNaN(vector[i]!))).toEqual([]);
  });

  it('is finite or NaN, has no negative zero, and leaves its window as it was', () => {
    fc.assert(
      fc.property(options, (given) => {
        const window = windowOver(aRandomChain(given), aRandomContext(given));
        const before = JSON.stringify(window);
        const vector = vectorOf(window);
        const isSound = (value: number) =>
          Number.isNaN(value) || (Number.isFinite(value) && !Object.is(value, -0));
        expect(NAMES.filter((_, i) => !isSound(vector[i]!))).toEqual([]);
        expect(JSON.stringify(window)).toBe(before);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps shares, flags and scores within their bounds', () => {
    const bounded = CHAIN_V3.catalogue.filter(
      ({ unit, source }) => /^(flag|-?[01]\.\.1)$/.test(unit) && !source.startsWith('macro.'),
    );
    expect(bounded.length).toBeGreaterThan(8);
    fc.assert(
      fc.property(options, (given) => {
        const vector = vectorOf(windowOver(aRandomChain(given)));
        for (const { name, unit } of bounded) {
          const value = vector[NAMES.indexOf(name)]!;
          if (Number.isNaN(value)) continue;
          expect(value, name).toBeLessThanOrEqual(1);
          expect(value, name).toBeGreaterThanOrEqual(unit.startsWith('-') ? -1 : 0);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('does not depend on the order of legs, nor on what was computed before', () => {
    const session = aRandomChain({ faults: 0.05, seed: 9 });
    const context = aRandomContext({ faults: 0.05, seed: 9 });
    const vector = vectorOf(windowOver(session, context));
    const reversed = session.map((one) => ({ ...one, legs: one.legs.toReversed() }));
    expect(vectorOf(windowOver(reversed, context))).toEqual(vector);
    expect(vectorOf(windowOver(structuredClone(session), structuredClone(context)))).toEqual(vector);
    for (let end = 20; end < session.length; end += 1) vectorOf(windowOver(session.slice(0, end), context));
    expect(vectorOf(windowOver(session, context))).toEqual(vector);
  });

  it('wants a quarter of an hour of history', () => {
    const history = (minutes: number) => computeChainV3(windowOf(aRandomChain({ minutes }), someTerms(), 61));
    expect(history(14)).toEqual({ error: 'insufficient_history' });
    expect(history(15)).toHaveProperty('features');
  });
});
