/**
 * A seeded stream of uniform numbers in [0, 1), the same on every machine (xoshiro128**, Blackman and Vigna 2018).
 *
 * @param seed - any finite number; its lower 32 bits count
 * @example const next = seededUniform(7); next(); // 0.27...
 */
export function seededUniform(seed: number): () => number {
  const state = new Uint32Array(4);
  let mix = seed >>> 0;
  for (let at = 0; at < 4; at += 1) {
    mix = (mix + 0x9e3779b9) >>> 0;
    let word = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    state[at] = word ^ (word >>> 15);
  }
  return () => nextWord(state) / 2 ** 32;
}

function nextWord(state: Uint32Array): number {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
  const shifted = b << 9;
  c ^= a;
  d ^= b;
  b ^= c;
  a ^= d;
  c ^= shifted;
  d = rotateLeft(d, 11);
  state.set([a, b, c, d]);
  return result;
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
