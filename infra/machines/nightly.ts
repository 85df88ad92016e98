import { type AslState, catchInto, invoke, reportFailure, reportSuccess, sendObservation } from './asl.ts';
import { type LearnTargets, planTraining, trainRuns } from './learn.ts';

interface NightlyTargets extends LearnTargets {
  readonly plan: string;
  readonly compact: string;
  readonly feature: string;
  readonly label: string;
  readonly outcome: string;
  readonly dataset: string;
}

const DAY = { exchange: '{% $exchange %}', date: '{% $date %}' };
/** As a failed dataset of all exchanges: the next dataset that is made takes the alert back. */
const NO_DATA =
  "{'kind': 'stage_run', 'stage': 'dataset', 'exchange': 'ALL', 'error': {'name': 'NotFound', 'message': 'no snapshots of ' & $date & ' are in the lake although there was a session; look at the tracker and the dead letters'}, 'execution': $states.context.Execution.Id}";
/** Why each exchange failed, in the words of its error: Lambda wraps them into JSON. */
const NOTHING_READY =
  "{% 'no exchange could be prepared on ' & $date & ': ' & $join($days.($exchange := exchange; $said := cause; " +
  "$exchange & ': ' & error & ': ' & ($contains($said, 'errorMessage') ? $parse($said).errorMessage : $said)), '; ') %}";
const FAILED = "{% {'exchange': $exchange, 'ok': false, 'error': $failure.Error, 'cause': $failure.Cause} %}";

/** compact -> feature -> label -> outcome for one exchange; an error ends this exchange's night only. */
function prepareDay(targets: NightlyTargets): AslState {
  return {
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: 'OpenDay',
    States: {
      OpenDay: { Type: 'Pass', Assign: { exchange: '{% $states.input.exchange %}' }, Next: 'Compact' },
      Compact: invoke(targets.compact, DAY, {
        Assign: { compacted: '{% $states.result.Payload %}' },
        ...catchInto('ReportDay'),
        Next: 'Features',
      }),
      Features: invoke(targets.feature, DAY, {
        Assign: { featured: '{% $states.result.Payload %}' },
        ...catchInto('ReportDay'),
        Next: 'Label',
      }),
      Label: invoke(targets.label, DAY, {
        Assign: { labelled: '{% $states.result.Payload %}' },
        ...catchInto('ReportDay'),
        Next: 'Outcome',
      }),
      Outcome: invoke(targets.outcome, DAY, {
        Assign: { resolved: '{% $states.result.Payload %}' },
        ...catchInto('ReportDay'),
        Next: 'ReportDayDone',
      }),
      ReportDayDone: reportSuccess(targets.alertQueueUrl, 'nightly', { Next: 'DayDone' }),
      DayDone: {
        Type: 'Pass',
        Output: {
          exchange: '{% $exchange %}',
          ok: true,
          compact: '{% $compacted %}',
          feature: '{% $featured %}',
          label: '{% $labelled %}',
          outcome: '{% $resolved %}',
        },
        End: true,
      },
      ReportDay: reportFailure(targets.alertQueueUrl, 'nightly', { Output: FAILED, End: true }),
    },
  };
}

/**
 * The evening: input `{date?, exchanges?, train?, feature_set?, family?, targets?, scheduled_time?}`; without a date it is the
 * Indian date of `scheduled_time`. Ends with `{date, trading_day, days, dataset, training}`.
 */
export function nightlyMachine(targets: NightlyTargets): AslState {
  return {
    Comment: 'OI Loop nightly: IsTradingDay -> days -> dataset -> training',
    QueryLanguage: 'JSONata',
    StartAt: 'PlanNight',
    States: {
      PlanNight: invoke(targets.plan, '{% $states.input %}', {
        Assign: { night: '{% $states.result.Payload %}', date: '{% $states.result.Payload.date %}' },
        Next: 'IsTradingDay',
      }),
      IsTradingDay: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $night.trading_day %}', Next: 'PrepareDays' },
          { Condition: '{% $night.session %}', Next: 'ReportNoData' },
        ],
        Default: 'NoSession',
      },
      ReportNoData: sendObservation(targets.alertQueueUrl, NO_DATA, { Next: 'NoSession' }),
      NoSession: { Type: 'Succeed', Output: { date: '{% $date %}', trading_day: false } },
      PrepareDays: {
        Type: 'Map',
        Items: '{% $night.exchanges %}',
        ItemSelector: { exchange: '{% $states.context.Map.Item.Value %}' },
        MaxConcurrency: 2,
        ItemProcessor: prepareDay(targets),
        Assign: { days: '{% $states.result %}', ready: '{% [$states.result[ok].exchange] %}' },
        Next: 'AnyDayReady',
      },
      AnyDayReady: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $count($ready) > 0 %}', Next: 'BuildDataset' }],
        Default: 'NothingReady',
      },
      NothingReady: {
        Type: 'Fail',
        Error: 'InvariantViolated',
        Cause: NOTHING_READY,
      },
      BuildDataset: invoke(
        targets.dataset,
        { date: '{% $date %}', exchanges: '{% $ready %}', feature_set: '{% $night.feature_set %}' },
        {
          Assign: { dataset: '{% $states.result.Payload %}' },
          ...catchInto('ReportDataset', 'datasetFailure'),
          Next: 'ReportDatasetDone',
        },
      ),
      ReportDatasetDone: reportSuccess(targets.alertQueueUrl, 'dataset', { Next: 'ShouldTrain' }),
      ReportDataset: reportFailure(
        targets.alertQueueUrl,
        'dataset',
        { Next: 'DatasetFailed' },
        'datasetFailure',
      ),
      DatasetFailed: {
        Type: 'Fail',
        Error: '{% $datasetFailure.Error %}',
        Cause: '{% $datasetFailure.Cause %}',
      },
      ShouldTrain: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $night.train %}', Next: 'PlanTraining' }],
        Default: 'NightWithoutTraining',
      },
      NightWithoutTraining: {
        Type: 'Succeed',
        Output: { date: '{% $date %}', trading_day: true, days: '{% $days %}', dataset: '{% $dataset %}' },
      },
      PlanTraining: planTraining(
        targets,
        {
          exchanges: '{% $ready %}',
          dataset_version: '{% $dataset.version %}',
          family: '{% $night.family %}',
          targets: '{% [$night.targets] %}',
        },
        'TrainExchanges',
      ),
      TrainExchanges: trainRuns(targets, 'NightDone'),
      NightDone: {
        Type: 'Succeed',
        Output: {
          date: '{% $date %}',
          trading_day: true,
          days: '{% $days %}',
          dataset: '{% $dataset %}',
          training: '{% $training %}',
        },
      },
    },
  };
}
