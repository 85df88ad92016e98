import type { Chart } from '../domain/training/report/chart.ts';

/** Draws a chart as a self-contained SVG element. @throws InvariantViolated naming the chart that cannot be drawn. */
export type RenderChart = (chart: Chart) => Promise<string>;
