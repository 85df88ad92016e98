import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { renderChart } from '../../../../shared/adapters/vega/render-chart.ts';
import { reportNumbers, reportSections } from '../../../../shared/domain/training/report/training-report.ts';
import { A_TRIAL, aReportInput } from '../../../factories/report-input.ts';

const input = aReportInput();
const charts = reportSections(input, reportNumbers(input, 5), [A_TRIAL]).flatMap((section) => section.charts);
const titleOf = (chart: (typeof charts)[number]) => (chart['title'] as { text: string }).text;

describe('every chart of a training report', () => {
  it.each(charts.map((chart) => [titleOf(chart), chart] as const))('%s is drawn', async (title, chart) => {
    const svg = await renderChart(chart);
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain(title.slice(0, 12));
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is the same again', async () => {
    expect(await renderChart(charts[1]!)).toBe(await renderChart(charts[1]!));
  });

  it('names the one that cannot be drawn', async () => {
    const broken = { title: { text: 'broken' }, data: { values: [] }, mark: 'no-such-mark' };
    await expect(renderChart(broken)).rejects.toMatchObject({
      name: 'InvariantViolated',
      message: expect.stringContaining('chart broken'),
    });
  });
});
