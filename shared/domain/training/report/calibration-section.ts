import { CALIBRATION_KINDS, type CalibrationKind } from '../calibration.ts';
import type { Metrics } from '../metrics.ts';
import { calibrationCharts } from './calibration-charts.ts';
import type { CalibrationReport } from './calibration-report.ts';
import type { Section, Table } from './page.ts';

const DECIMALS = 4;

const BLENDED = 'Each regime has its own, weighted by the probabilities of the regimes at the row.';

const FIRST_FOLD = ' Each fold is calibrated with the folds before it: the first stays as it is.';

/** The kinds for somebody who has not met them. */
const KINDS: Readonly<Record<CalibrationKind, { readonly name: string; readonly says: string }>> = {
  identity: {
    name: 'none',
    says: "No calibration was better than none: they are the model's own, so there is no picture of before and after.",
  },
  temperature: {
    name: 'temperature',
    says: 'Calibrated by a temperature: one factor makes all scores bolder or more careful.',
  },
  platt: {
    name: 'Platt',
    says: 'Platt scaling: one factor makes all scores bolder or more careful, and HOLD is shifted.',
  },
  'platt per regime': {
    name: 'Platt per regime',
    says: `Platt scaling: a factor makes scores bolder or more careful, and HOLD is shifted. ${BLENDED}`,
  },
  isotonic: {
    name: 'isotonic',
    says: 'Isotonic regression: what was stated becomes what came true of it, first for HOLD against a move, then for the direction of moves.',
  },
  'isotonic per regime': {
    name: 'isotonic per regime',
    says: `Isotonic regression: what was stated becomes what came true of it, first for HOLD against a move, then for the direction of moves. ${BLENDED}`,
  },
};

/** Reliability before and after, in numbers and pictures, then how the kinds of calibration compared. */
export function calibrationSections(report: CalibrationReport): Section[] {
  return [
    {
      title: 'Whether probabilities keep their word',
      says:
        'Probabilities of models that had not seen the rows. A point on the diagonal keeps its word; its size is the ' +
        `number of rows. ${KINDS[report.kind].says}${report.kind === 'identity' ? '' : FIRST_FOLD}`,
      table: reliabilityTable(report),
      charts: calibrationCharts(report, report.kind),
    },
    {
      title: 'Which calibration was chosen',
      says:
        'Out-of-fold log-loss, lower is better, of each fold calibrated with the folds before it only; rows with overlapping ' +
        'labels share one weight here, so that it differs from that of all rows above. One that needs more ' +
        'to be known has to be better by more than noise than all above it: more than sessions differ by chance, where ' +
        'it is isotonic or per regime.',
      table: {
        head: ['calibration', 'log-loss', ''],
        rows: CALIBRATION_KINDS.map((kind) => [
          KINDS[kind].name,
          report.log_losses[kind],
          kind === report.kind ? 'chosen' : '',
        ]),
        decimals: DECIMALS,
      },
      charts: [],
    },
  ];
}

function reliabilityTable({ kind, before, after, regimes }: CalibrationReport): Table {
  const isSame = kind === 'identity';
  const line = (name: string, [first, second]: readonly [Metrics, Metrics]) => [
    name,
    second.rows,
    ...(isSame ? [] : [first.log_loss]),
    second.log_loss,
    ...(isSame ? [] : [first.ece]),
    second.ece,
  ];
  const head = isSame ? ['log-loss', 'ECE'] : ['log-loss before', 'after', 'ECE before', 'after'];
  return {
    head: ['rows judged', 'rows', ...head],
    rows: [
      line('out of fold', [before, after]),
      ...regimes.map((one) => line(`regime ${one.regime}`, [one.before, one.metrics])),
    ],
    decimals: DECIMALS,
  };
}
