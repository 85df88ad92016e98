import { type AslState, catchInto, invoke, reportFailure, reportSuccess, sendObservation } from './asl.ts';

interface PromotionTargets {
  readonly verify: string;
  readonly switchPointer: string;
  readonly confirm: string;
  readonly refuse: string;
  readonly alertQueueUrl: string;
}

/** Which bundle is live now, for the alert stage. */
const SWITCH =
  "{'kind': 'switch', 'exchange': $switched.exchange, 'from_version': $switched.from, 'to_version': $switched.to, " +
  "'operator': $request.operator, 'reason': $request.reason, 'override': $plan.change.history.override, " +
  "'execution': $request.execution}";

/**
 * Promote and rollback are one machine: input `{action, exchange, target, version?, operator, reason, override?}`.
 * verify -> switch (one transaction that expects the pointer read) -> confirm through the API -> notify; a failed
 * confirmation switches back by itself. A refusal is recorded and ends the execution as failed.
 */
export function promotionMachine(targets: PromotionTargets): AslState {
  return {
    Comment: 'OI Loop promotion: verify -> switch -> confirm -> notify, or back',
    QueryLanguage: 'JSONata',
    StartAt: 'Open',
    States: {
      Open: {
        Type: 'Pass',
        Assign: {
          request: "{% $merge([$states.input, {'execution': $states.context.Execution.Id}]) %}",
        },
        Next: 'Verify',
      },
      Verify: invoke(targets.verify, '{% $request %}', {
        Assign: { plan: '{% $states.result.Payload %}' },
        ...catchInto('Refuse'),
        Next: 'Switch',
      }),
      Switch: invoke(targets.switchPointer, '{% $plan %}', {
        Assign: { switched: '{% $states.result.Payload %}' },
        ...catchInto('Refuse'),
        Next: 'Confirm',
      }),
      Confirm: invoke(targets.confirm, '{% $switched %}', { ...catchInto('SwitchBack'), Next: 'Notify' }),
      Notify: sendObservation(targets.alertQueueUrl, SWITCH, { Next: 'ReportSuccess' }),
      ReportSuccess: reportSuccess(targets.alertQueueUrl, 'promote', {
        Output: '{% $switched %}',
        End: true,
      }),
      SwitchBack: invoke(targets.switchPointer, "{% $merge([$switched.undo, {'cause': $failure.Cause}]) %}", {
        Assign: { back: '{% $states.result.Payload %}' },
        ...catchInto('NotifyNotSwitchedBack', 'undoFailure'),
        Next: 'NotifySwitchedBack',
      }),
      NotifyNotSwitchedBack: reportFailure(
        targets.alertQueueUrl,
        'promote',
        { Next: 'NotSwitchedBack' },
        'undoFailure',
      ),
      NotSwitchedBack: {
        Type: 'Fail',
        Error: '{% $undoFailure.Error %}',
        Cause: "{% 'the new version did not answer and was not taken back: ' & $undoFailure.Cause %}",
      },
      NotifySwitchedBack: reportFailure(targets.alertQueueUrl, 'promote', { Next: 'SwitchedBack' }),
      SwitchedBack: {
        Type: 'Fail',
        Error: 'SwitchedBack',
        Cause: "{% 'the new version was taken back: ' & $back.reason %}",
      },
      Refuse: invoke(
        targets.refuse,
        { request: '{% $request %}', error: '{% $failure.Error %}', cause: '{% $failure.Cause %}' },
        { Next: 'Refused' },
      ),
      Refused: { Type: 'Fail', Error: '{% $failure.Error %}', Cause: '{% $failure.Cause %}' },
    },
  };
}
