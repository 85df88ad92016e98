import type { CalibrationKind } from '../calibration.ts';
import type { CalibrationReport, ClassReliability } from './calibration-report.ts';
import { byClass, type Chart, chart, quantitative } from './chart.ts';

const SCALE = { scale: { domain: [0, 1] } };

/**
 * Reliability before and after calibration (one diagram where it changes nothing), then one per regime: on the
 * diagonal is right.
 */
export function calibrationCharts(
  { classes, before, after, regimes }: CalibrationReport,
  kind: CalibrationKind,
): Chart[] {
  const uncalibrated = (title: string) =>
    reliabilityChart(
      `${title}, error ${before.ece.toFixed(3)}`,
      classes.flatMap(({ class: name, before: bins }) => bins.map((bin) => ({ class: name, ...bin }))),
    );
  return [
    ...(kind === 'identity'
      ? [uncalibrated('without calibration')]
      : [
          uncalibrated('before calibration'),
          reliabilityChart(`after calibration, error ${after.ece.toFixed(3)}`, afterOf(classes)),
        ]),
    ...regimes.map(({ regime, before: first, metrics, classes: members }) => {
      const error =
        kind === 'identity' ? metrics.ece.toFixed(3) : `${first.ece.toFixed(3)} to ${metrics.ece.toFixed(3)}`;
      return reliabilityChart(`regime ${regime}: ${metrics.rows} rows, error ${error}`, afterOf(members));
    }),
  ];
}

function afterOf(classes: readonly ClassReliability[]) {
  return classes.flatMap(({ class: name, after }) => after.map((bin) => ({ class: name, ...bin })));
}

function reliabilityChart(title: string, values: readonly object[]): Chart {
  return chart({
    title,
    values,
    width: 240,
    height: 240,
    layer: [
      {
        data: { values: [{ at: 0 }, { at: 1 }] },
        mark: { type: 'line', color: '#bbbbbb', strokeDash: [4, 4] },
        encoding: { x: quantitative('at', 'stated probability'), y: quantitative('at', 'came true') },
      },
      {
        mark: { type: 'line', opacity: 0.6 },
        encoding: {
          x: quantitative('stated', 'stated probability', SCALE),
          y: quantitative('observed', 'came true', SCALE),
          color: byClass,
        },
      },
      {
        mark: { type: 'point', filled: true },
        encoding: {
          x: quantitative('stated', 'stated probability', SCALE),
          y: quantitative('observed', 'came true', SCALE),
          size: quantitative('rows', 'rows', { scale: { range: [10, 200] }, legend: null }),
          color: byClass,
        },
      },
    ],
  });
}
