/**
 * A seeded stream of uniform numbers in [0, 1), the same on every machine (xoshiro128**, Blackman and Vigna 2018).
 *
 * @param seed - any finite number; its lower 32 bits count
 * @example const next = seededUniform(7); next(); // 0.27...
 */
export function seededUniform(seed: number): () => number {
  // Four variables and not an array: the stream is the inner loop of every resampling.
  let [a, b, c, d] = stateOf(seed);
  return () => {
    const word = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return word / 2 ** 32;
  };
}

function stateOf(seed: number): [number, number, number, number] {
  let mix = seed >>> 0;
  const nextWord = () => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let word = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  };
  return [nextWord(), nextWord(), nextWord(), nextWord()];
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
