import { seededUniform } from '../../../stats/seeded-uniform.ts';

/** Where one parameter may lie; both ends belong to it. */
export interface SearchedParameter {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** `log`: equal ratios are equally likely. */
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
}

/** A way of learning: a family with parameters over its defaults. */
export interface TriedConfiguration {
  readonly family: string;
  readonly parameters: Readonly<Record<string, number>>;
}

export interface SearchedFamily {
  readonly family: string;
  readonly space: readonly SearchedParameter[];
}

/**
 * Configurations for a random search (Bergstra and Bengio 2012): first each family with its defaults, then draws that
 * take the families in turn. Equal arguments give equal configurations, and a larger `count` begins with the smaller
 * one's. A family without parameters is only tried once.
 *
 * @param families - at least one
 * @param count - configurations wanted, > 0; fewer when no family has anything to draw
 * @example sampleConfigurations([{ family: 'linear', space: [] }], 5, 1) // [{ family: 'linear', parameters: {} }]
 */
export function sampleConfigurations(
  families: readonly SearchedFamily[],
  count: number,
  seed: number,
): TriedConfiguration[] {
  const defaults = families.map(({ family }) => ({ family, parameters: {} }));
  const drawable = families.filter(({ space }) => space.length > 0);
  const random = seededUniform(seed);
  const drawn = Array.from(
    { length: drawable.length === 0 ? 0 : Math.max(0, count - defaults.length) },
    (_, at) => {
      const { family, space } = drawable[at % drawable.length] as SearchedFamily;
      return { family, parameters: Object.fromEntries(space.map((one) => [one.name, draw(one, random())])) };
    },
  );
  return [...defaults, ...drawn].slice(0, count);
}

function draw({ low, high, scale, integer }: SearchedParameter, uniform: number): number {
  if (integer) {
    const top = high + 1;
    const value = scale === 'log' ? low * (top / low) ** uniform : low + (top - low) * uniform;
    return Math.min(high, Math.floor(value));
  }
  return scale === 'log' ? low * (high / low) ** uniform : low + (high - low) * uniform;
}
