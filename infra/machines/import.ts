import { type AslState, catchInto, invoke, reportFailure, sendObservation } from './asl.ts';

interface ImportTargets {
  readonly importModel: string;
  readonly evaluate: string;
  readonly alertQueueUrl: string;
}

const VERDICT =
  "{'kind': 'verdict', 'exchange': $request.exchange, 'version': $verdict.version, 'pass': $verdict.pass, 'failed': [$verdict.failed], 'report': $verdict.verdict_key}";

/**
 * A model that was made elsewhere: input `{exchange, prefix, by, dataset_version?}`, its files are in the lake already.
 * import -> evaluate -> tell; nothing of it goes live by itself, whatever the policy says. A wrong file ends the execution
 * as failed, with the words for the person who brought it, and alerts nobody; a verdict that fails does.
 */
export function importMachine(targets: ImportTargets): AslState {
  return {
    Comment: 'OI Loop import: a model made elsewhere -> candidate -> verdict',
    QueryLanguage: 'JSONata',
    StartAt: 'Open',
    States: {
      Open: { Type: 'Pass', Assign: { request: '{% $states.input %}' }, Next: 'Import' },
      Import: invoke(targets.importModel, '{% $request %}', {
        Assign: { candidate: '{% $states.result.Payload %}' },
        ...catchInto('NotImported'),
        Next: 'Evaluate',
      }),
      Evaluate: invoke(
        targets.evaluate,
        {
          exchange: '{% $request.exchange %}',
          version: '{% $candidate.version %}',
          target: '{% $candidate.target %}',
        },
        {
          Assign: { verdict: '{% $states.result.Payload %}' },
          ...catchInto('ReportFailure'),
          Next: 'TellVerdict',
        },
      ),
      TellVerdict: sendObservation(targets.alertQueueUrl, VERDICT, {
        Output: { import: '{% $candidate %}', evaluate: '{% $verdict %}' },
        End: true,
      }),
      ReportFailure: reportFailure(targets.alertQueueUrl, 'evaluate', { Next: 'NotImported' }),
      NotImported: { Type: 'Fail', Error: '{% $failure.Error %}', Cause: '{% $failure.Cause %}' },
    },
  };
}
