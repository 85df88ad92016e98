const WIDTH = 10;

/**
 * A share in [0, 1] as a bar of ten cells: full and empty only where it is exactly 1 and 0.
 * Example: `bar(0.72)` is `███████░░░`.
 */
export function bar(share: number): string {
  const cells = share === 0 || share === 1 ? share * WIDTH : inside(Math.round(share * WIDTH));
  return '█'.repeat(cells) + '░'.repeat(WIDTH - cells);
}

/** Example: `percent(0.7)` is ` 70.0 %`; 99.99 % is not shown as 100. */
export function percent(share: number): string {
  const rounded = share < 1 ? Math.min(99.9, Math.round(share * 1000) / 10) : 100;
  return `${rounded.toFixed(1).padStart(5)} %`;
}

function inside(cells: number): number {
  return Math.min(Math.max(cells, 1), WIDTH - 1);
}
