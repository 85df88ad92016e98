import * as z from 'zod';
import type { GaussianHmm } from './gaussian-hmm.ts';

const numbers = z.array(z.number());

const regimeSchema = z.object({
  schema: z.literal(1),
  kind: z.literal('gaussian-hmm'),
  /** None for a model of one state, which says nothing. */
  inputs: z.array(z.string()),
  states: z.int().positive(),
  center: numbers,
  scale: numbers,
  initial: numbers,
  transition: numbers,
  means: numbers,
  /** Lower Cholesky factors of the covariances, state by state. */
  factors: numbers,
});

/** The bundle's regime.json; every number comes back bit for bit. */
export function writeHmm(hmm: GaussianHmm): string {
  const plain = Object.fromEntries(
    Object.entries(hmm).map(([name, value]) => [name, value instanceof Float64Array ? [...value] : value]),
  );
  return JSON.stringify({ schema: 1, kind: 'gaussian-hmm', ...plain });
}

/** @throws ZodError when the text is not what `writeHmm` writes */
export function readHmm(text: string): GaussianHmm {
  const { inputs, states, ...plain } = regimeSchema.parse(JSON.parse(text));
  return {
    inputs,
    states,
    center: Float64Array.from(plain.center),
    scale: Float64Array.from(plain.scale),
    initial: Float64Array.from(plain.initial),
    transition: Float64Array.from(plain.transition),
    means: Float64Array.from(plain.means),
    factors: Float64Array.from(plain.factors),
  };
}
