import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHAIN_V3 } from '../../../../../shared/domain/features/chain-v3/chain-v3.ts';
import { featureNames } from '../../../../../shared/domain/features/feature-set.ts';
import { timelineOf, type WindowContext } from '../../../../../shared/domain/features/window.ts';
import type { StoredSnapshot } from '../../../../../shared/domain/market/snapshot.ts';
import { windowOver } from '../../../../factories/priced-chain.ts';
import { aRandomChain, aRandomContext } from '../../../../factories/random-chain.ts';
import { someTerms } from '../../../../factories/window.ts';

const NAMES = featureNames(CHAIN_V3);
const options = fc.record({ seed: fc.nat(), faults: fc.constantFrom(0, 0.05), minutes: fc.constant(65) });

function vectorOf(
  session: readonly StoredSnapshot[],
  context: WindowContext,
  terms = someTerms(),
): Float64Array {
  const vector = CHAIN_V3.compute(windowOver(session, context, terms));
  if ('error' in vector) throw new Error(vector.error);
  return vector.features;
}

/** Expects each feature to have become `factor(name)` times what it was. */
function expectScaled(after: Float64Array, before: Float64Array, factor: (name: string) => number) {
  for (const [i, name] of NAMES.entries()) {
    const expected = before[i]! * factor(name);
    if (Number.isNaN(expected)) expect(after[i], name).toBeNaN();
    else
      expect(Math.abs(after[i]! - expected), `${name}: ${after[i]} for ${expected}`).toBeLessThanOrEqual(
        1e-6 * Math.max(1, Math.abs(expected)),
      );
  }
}

const IN_UNITS = /^dealer_(gamma|vanna|charm)_crore$/;

describe('chain-v3', () => {
  it('does not care for the unit of open interest and volume, but for exposures in rupees', () => {
    fc.assert(
      fc.property(options, fc.integer({ min: 2, max: 75 }), (given, units) => {
        const session = aRandomChain(given);
        const context = aRandomContext(given);
        const times = (value: number | null) => value && value * units;
        const scaled = session.map((one) => ({
          ...one,
          future_oi: times(one.future_oi),
          legs: one.legs.map((leg) => ({
            ...leg,
            oi: times(leg.oi),
            volume: times(leg.volume),
            bid_quantity: times(leg.bid_quantity),
            ask_quantity: times(leg.ask_quantity),
          })),
        }));
        expectScaled(vectorOf(scaled, context), vectorOf(session, context), (name) =>
          IN_UNITS.test(name) ? units : 1,
        );
      }),
      { numRuns: 12 },
    );
  });

  it('does not care for the unit of prices, but for levels, ticks, and exposures in rupees', () => {
    // Doubled, so that every product is exact; quotes above two rupees wide stay usable at either scale.
    const scale = 2;
    const times = (value: number | null) => value && value * scale;
    const scaleOne = (one: StoredSnapshot): StoredSnapshot => ({
      ...one,
      underlying_price: one.underlying_price * scale,
      atm_strike: one.atm_strike * scale,
      future_price: times(one.future_price),
      legs: one.legs.map((leg) => ({
        ...leg,
        strike: leg.strike * scale,
        ltp: times(leg.ltp),
        best_bid: times(leg.best_bid),
        best_ask: times(leg.best_ask),
      })),
    });
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const session = aRandomChain({ seed, minutes: 65 });
        const { siblings, priorDays } = aRandomContext({ seed, minutes: 65 });
        const scaledSiblings = Object.fromEntries(
          Object.entries(siblings).map(([name, { snapshots }]) => [
            name,
            timelineOf(snapshots.map(scaleOne)),
          ]),
        );
        const scaledDays = priorDays.map((day) => ({
          ...day,
          openUnderlying: day.openUnderlying * scale,
          closeUnderlying: day.closeUnderlying * scale,
        }));
        const after = vectorOf(
          session.map(scaleOne),
          { siblings: scaledSiblings, priorDays: scaledDays },
          someTerms({ strikeStep: 50 * scale }),
        );
        expectScaled(after, vectorOf(session, { siblings, priorDays }), (name) =>
          IN_UNITS.test(name) || name === 'gamma_flip_level' || name === 'spread_ticks' ? scale : 1,
        );
      }),
      { numRuns: 12 },
    );
  });

  it('does not care which clock time a session has, but for expiry and what lies before it', () => {
    const session = aRandomChain({ minutes: 65 });
    const vector = vectorOf(session, {});
    const later = session.map((one) => ({ ...one, snapshot_id: 'f'.repeat(32), sequence: 5, iv: null }));
    expect(vectorOf(later, {})).toEqual(vector);
  });

  it('turns put-call features over when calls and puts change places', () => {
    fc.assert(
      fc.property(options, (given) => {
        const session = aRandomChain(given).map((one) => ({
          ...one,
          legs: one.legs.map((leg) => ({ ...leg, volume: 10 })),
        }));
        const swapped = session.map((one) => ({
          ...one,
          legs: one.legs.map((leg) => {
            const other = one.legs.find(
              ({ strike, option_type }) => strike === leg.strike && option_type !== leg.option_type,
            );
            return { ...leg, oi: other?.oi ?? null };
          }),
        }));
        const value = (vector: Float64Array, name: string) => vector[NAMES.indexOf(name)]!;
        const [before, after] = [vectorOf(session, {}), vectorOf(swapped, {})];
        const both = (name: string) => [value(before, name), value(after, name)] as const;
        const [pcr, pcrAfter] = both('pcr_oi');
        if (!Number.isNaN(pcr)) expect(pcrAfter).toBeCloseTo(1 / pcr, 9);
        const [gamma, gammaAfter] = both('dealer_gamma_crore');
        if (!Number.isNaN(gamma)) expect(gammaAfter).toBeCloseTo(-gamma, 6);
        const [flip, flipAfter] = both('gamma_flip_level');
        if (!Number.isNaN(flip)) expect(flipAfter).toBeCloseTo(flip, 4);
      }),
      { numRuns: 12 },
    );
  });
});
