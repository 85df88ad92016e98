import { describe, expect, it } from 'vitest';
import { renderChart } from '../../../../../shared/adapters/vega/render-chart.ts';
import { equityChart } from '../../../../../shared/domain/training/report/equity-chart.ts';
import { importances } from '../../../../../shared/domain/training/report/importance.ts';
import { importanceChart } from '../../../../../shared/domain/training/report/importance-charts.ts';
import { learningChart } from '../../../../../shared/domain/training/report/learning-chart.ts';
import { page } from '../../../../../shared/domain/training/report/page.ts';
import { rankingCharts } from '../../../../../shared/domain/training/report/ranking-charts.ts';
import { regimeChart } from '../../../../../shared/domain/training/report/regime-chart.ts';
import { aReportInput } from '../../../../factories/report-input.ts';

const points = (equities: readonly number[]) => {
  let highest = 0;
  return equities.map((equity, at) => {
    highest = Math.max(highest, equity);
    return { session: `2026-02-0${at + 1}`, trades: 1, net_return: 0, equity, drawdown: equity - highest };
  });
};
const scales = (equities: readonly number[]) =>
  (equityChart(points(equities))['vconcat'] as { encoding: { y: { scale: object } } }[]).map(
    ({ encoding }) => encoding.y.scale,
  );

describe('the picture of equity', () => {
  it('has an axis that means something where nothing was traded or lost', () => {
    expect(scales([0, 0, 0])).toEqual([{ domain: [-0.01, 0.01] }, { domain: [-0.01, 0] }]);
    expect(scales([0.01, 0.02])).toEqual([{ zero: true }, { domain: [-0.01, 0] }]);
    expect(scales([0.01, -0.02])).toEqual([{ zero: true }, { zero: true }]);
  });
});

describe('a picture', () => {
  it('shows the longest name of a feature in full', async () => {
    const feature = 'itm_oi_ce_pct_change_3m_wavg_over_the_whole_ladder';
    const list = importances({
      features: [feature],
      contributions: Float64Array.of(1, 2, 3),
      values: Float64Array.of(0),
      regimes: [0],
    });
    expect(await renderChart(importanceChart(list))).toContain(`>${feature}<`);
  });

  it('begins the ROC curve where nothing is found yet, also where the first threshold takes many rows', () => {
    const { rows } = aReportInput();
    const calibrated = rows.calibrated.map(() => 1 / 3);
    const [roc] = rankingCharts({ ...rows, calibrated });
    const { values } = roc!['data'] as {
      values: { class: string; recall: number; falsePositiveRate: number }[];
    };
    const sell = values.filter((point) => point.class === 'SELL');
    expect(sell.map(({ recall, falsePositiveRate }) => [falsePositiveRate, recall])).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('leaves out features that do not matter', async () => {
    const list = importances({
      features: ['used', 'unused'],
      contributions: Float64Array.of(1, 0, 2, 0, 3, 0),
      values: Float64Array.of(0, 0),
      regimes: [0],
    });
    const svg = await renderChart(importanceChart(list));
    expect(svg).toContain('>used<');
    expect(svg).not.toContain('>unused<');
  });

  it('shows a fold that was stopped at once as a point', () => {
    const marks = (...lengths: number[]) =>
      learningChart(
        lengths.map((length, at) => ({ fold: at + 1, validation_losses: new Array(length).fill(1) })),
      )['mark'];
    expect(marks(5, 1)).toMatchObject({ point: true });
    expect(marks(5, 4)).toMatchObject({ point: false });
  });

  it('names sessions where they begin, ten at most', async () => {
    const { rows } = aReportInput();
    const svg = await renderChart(regimeChart(rows));
    for (const session of new Set(rows.sessions)) expect(svg).toContain(`>${session}<`);
    const sessions = Array.from(rows.sessions, (_, at) => `day ${Math.floor(at / 4)}`);
    const crowded = await renderChart(regimeChart({ ...rows, sessions }));
    expect(crowded.match(/>day \d+</g)).toHaveLength(10);
  });

  it('thins a year of rows', async () => {
    const { rows } = aReportInput(25_000);
    expect(rows.prices).toHaveLength(100_000);
    expect((await renderChart(regimeChart(rows))).length).toBeLessThan(400_000);
  });
});

describe('a table', () => {
  it('has as many decimals as it says, and none in a column of whole numbers', async () => {
    const table = {
      head: ['name', 'rows', 'loss'],
      rows: [
        ['a', 12, 1],
        ['b', 3, 0.98765],
      ],
      decimals: 3,
    };
    const html = await page('t', 'l', [{ title: 's', says: '', table, charts: [] }], async () => '');
    expect(html).toContain('<td class="number">12</td><td class="number">1.000</td>');
    expect(html).toContain('<td class="number">0.988</td>');
  });

  it('is read in dark mode as in light', async () => {
    const html = await page('t', 'l', [], async () => '');
    expect(html).toMatch(/color-scheme: light.*background: #fff/s);
  });
});
