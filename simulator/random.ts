const TWO_POW_32 = 4_294_967_296;

/**
 * A seeded, named stream of random numbers (xoshiro128**, Blackman and Vigna 2018). The same seed and name give
 * the same numbers for ever; streams of different names do not disturb each other, so adding a draw in one place
 * changes nothing elsewhere.
 * Example: `new RandomStream(7, 'NIFTY/2025-12-01').uniform()`.
 */
export class RandomStream {
  private readonly state: Uint32Array;
  private spareNormal: number | undefined;

  constructor(seed: number, name: string) {
    this.state = seedState(`${seed}/${name}`);
  }

  /** The next number in the open interval (0, 1). */
  uniform(): number {
    return (this.nextUint32() + 0.5) / TWO_POW_32;
  }

  /** The next standard normal number (Box-Muller, both halves used). */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  private nextUint32(): number {
    const s = this.state;
    const s1 = s[1]!;
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    s[2]! ^= s[0]!;
    s[3]! ^= s1;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= s1 << 9;
    s[3] = rotateLeft(s[3]!, 11);
    return result;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Two FNV-1a hashes of the name, spread over the four words by splitmix32. */
function seedState(name: string): Uint32Array {
  const left = splitMix32(fnv1a(name, 0x811c9dc5));
  const right = splitMix32(fnv1a(name, 0x5bd1e995));
  return Uint32Array.of(left(), right(), left(), right() | 1);
}

function fnv1a(text: string, offsetBasis: number): number {
  let hash = offsetBasis;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function splitMix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}
