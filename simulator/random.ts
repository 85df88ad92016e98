import { seededUniform } from '../shared/stats/seeded-uniform.ts';

/**
 * A seeded, named stream of random numbers. The same seed and name give the same numbers for ever; streams of
 * different names do not disturb each other, so adding a draw in one place changes nothing elsewhere.
 * Example: `new RandomStream(7, 'underlying/NIFTY/2026-01-05').normal()`.
 */
export class RandomStream {
  private readonly next: () => number;
  private spareNormal: number | undefined;

  constructor(seed: number, name: string) {
    this.next = seededUniform(fnv1a(`${seed}/${name}`));
  }

  /** The next number in [0, 1). */
  uniform(): number {
    return this.next();
  }

  /** The next standard normal number (Box-Muller, both halves used). */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    this.spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** FNV-1a, 32 bits, over UTF-16 units, with a last mixing step so that similar names give far-apart seeds. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
