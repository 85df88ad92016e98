/** From nothing to a whole cell, in eighths. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/**
 * A bar for a share of 0 to 1, whole cells and a rest in eighths, padded to the width; outside the range it is cut.
 * NaN gives an empty one. Example: `shareBar(0.5, 4)` is `██  `.
 */
export function shareBar(share: number, width: number): string {
  const within = Number.isNaN(share) ? 0 : Math.min(Math.max(share, 0), 1);
  const eighths = Math.round(within * width * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  return filled.padEnd(width);
}

/**
 * A bar to the right of a middle line for a positive value, to its left for a negative one; `largest` fills its side of
 * `width` cells. Whole cells only, since an eighth cannot hang on the right; anything but 0 shows at least one.
 * Example: `signedBar(-1, 2, 4)` is `  ██│    `.
 */
export function signedBar(value: number, largest: number, width: number): string {
  const share = largest > 0 ? Math.min(Math.abs(value) / largest, 1) : 0;
  const cells = share === 0 ? 0 : Math.max(1, Math.round(share * width));
  const left = value < 0 ? '█'.repeat(cells) : '';
  const right = value > 0 ? '█'.repeat(cells) : '';
  return `${left.padStart(width)}│${right.padEnd(width)}`;
}
