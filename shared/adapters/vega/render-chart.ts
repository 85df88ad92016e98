import { parse, View, Warn } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { InvariantViolated } from '../../errors.ts';
import type { RenderChart } from '../../ports/chart-renderer.ts';

/** Draws with Vega, without a browser or canvas: text is measured by estimate. */
export const renderChart: RenderChart = async (chart) => {
  try {
    const { spec } = compile(chart as unknown as TopLevelSpec);
    const view = new View(parse(spec), { renderer: 'none', logLevel: Warn });
    const svg = await view.toSVG();
    view.finalize();
    return svg;
  } catch (error) {
    const { text } = (chart['title'] ?? {}) as { text?: string };
    throw new InvariantViolated(
      `chart ${text ?? 'without a title'}: expected one that Vega draws, was ${error}`,
      {
        cause: error,
      },
    );
  }
};
