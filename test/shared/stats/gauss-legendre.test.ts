import { describe, expect, it } from 'vitest';
import { gaussLegendre } from '../../../shared/stats/gauss-legendre.ts';

describe('gaussLegendre', () => {
  it('has the known nodes of two points', () => {
    const { nodes, weights } = gaussLegendre(2);
    expect(nodes[0]).toBeCloseTo(0.5 - 0.5 / Math.sqrt(3), 15);
    expect(nodes[1]).toBeCloseTo(0.5 + 0.5 / Math.sqrt(3), 15);
    expect([...weights]).toEqual([expect.closeTo(0.5, 15), expect.closeTo(0.5, 15)]);
  });

  it.each([1, 2, 3, 5, 8, 16, 32])('integrates every power up to 2n - 1 with %i points', (count) => {
    const { nodes, weights } = gaussLegendre(count);
    for (let power = 0; power < 2 * count; power += 1) {
      const integral = nodes.reduce((sum, t, at) => sum + (weights[at] as number) * t ** power, 0);
      expect(integral).toBeCloseTo(1 / (power + 1), 13);
    }
  });

  it('does not integrate the next power: the rule is no better than it says', () => {
    const { nodes, weights } = gaussLegendre(2);
    const integral = nodes.reduce((sum, t, at) => sum + (weights[at] as number) * t ** 4, 0);
    expect(Math.abs(integral - 0.2)).toBeGreaterThan(1e-3);
  });
});
