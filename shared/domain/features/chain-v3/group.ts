import type { FeatureSpec } from '../feature-set.ts';
import type { ChainContext } from './context.ts';

/** A feature of a group: its name is the key that it stands under. */
export type Described = Omit<FeatureSpec, 'name'>;

/** Features of one idea: their descriptions in catalogue order, and their values by name. */
export interface FeatureGroup {
  readonly specs: readonly FeatureSpec[];
  /** Writes the group's values into a vector, the first at `start`. */
  readonly put: (context: ChainContext, out: Float64Array, start: number) => void;
}

/** A group whose values are held by the compiler to its descriptions. */
export function featureGroup<Name extends string>(
  described: Readonly<Record<Name, Described>>,
  compute: (context: ChainContext) => Readonly<Record<Name, number>>,
): FeatureGroup {
  const names = Object.keys(described) as Name[];
  return {
    specs: names.map((name) => ({ name, ...described[name] })),
    put(context, out, start) {
      const values = compute(context);
      for (let i = 0; i < names.length; i += 1) out[start + i] = values[names[i]!];
    },
  };
}
