import { type AslState, catchInto, invoke, reportFailure, reportSuccess, sendObservation } from './asl.ts';

interface PromotionTargets {
  readonly verify: string;
  readonly switchPointer: string;
  readonly confirm: string;
  readonly refuse: string;
  readonly ask: string;
  readonly settle: string;
  readonly alertQueueUrl: string;
}

/** Which bundle is live now, for the alert stage. */
const SWITCH =
  "{'kind': 'switch', 'exchange': $switched.exchange, 'from_version': $switched.from, 'to_version': $switched.to, " +
  "'operator': $request.operator, 'reason': $request.reason, 'override': $plan.change.history.override, " +
  "'execution': $request.execution}";

const MUST_BE_APPROVED = '{% $exists($request.approval) and $request.approval != null %}';
/** Whom no command tells what became of it. */
const NOBODY_WATCHES = "{% $request.operator in ['policy', 'oi-loop baking'] %}";
const EXPIRED =
  "{% {'decision': 'expired', 'operator': 'oi-loop', 'reason': 'nobody answered within ' & $string($request.approval.expires_after_days) & ' days'} %}";
/** From now on it is the promotion of whoever approved it. */
const APPROVED_REQUEST =
  "{% $merge([$request, {'operator': $answer.operator, 'reason': $answer.reason, 'approval': null}]) %}";

/**
 * Promote and rollback are one machine: input `{action, exchange, target, version?, operator, reason, override?, approval?}`.
 * verify -> (wait for an operator, verify again) -> switch (one transaction that expects the pointer read) -> confirm
 * through the API -> notify; a failed confirmation switches back by itself. A refusal is recorded and ends the
 * execution as failed.
 */
export function promotionMachine(targets: PromotionTargets): AslState {
  return {
    Comment: 'OI Loop promotion: verify -> (approval) -> switch -> confirm -> notify, or back',
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
        Next: 'MustBeApproved',
      }),
      MustBeApproved: {
        Type: 'Choice',
        Choices: [{ Condition: MUST_BE_APPROVED, Next: 'AskApproval' }],
        Default: 'Switch',
      },
      ...approval(targets),
      Switch: invoke(targets.switchPointer, '{% $plan %}', {
        Assign: { switched: '{% $states.result.Payload %}' },
        ...catchInto('Refuse'),
        Next: 'Confirm',
      }),
      Confirm: invoke(targets.confirm, '{% $switched %}', { ...catchInto('CanBeUndone'), Next: 'Notify' }),
      Notify: sendObservation(targets.alertQueueUrl, SWITCH, { Next: 'ReportSuccess' }),
      ReportSuccess: reportSuccess(targets.alertQueueUrl, 'promote', {
        Output: '{% $switched %}',
        End: true,
      }),
      ...wayBack(targets),
      ...refusal(targets),
    },
  };
}

/** An operator's answer to the task's token, or none in time; what is approved is verified again as things are then. */
function approval({ ask, settle }: PromotionTargets): Record<string, AslState> {
  const { Catch: others } = catchInto('Refuse') as { Catch: readonly AslState[] };
  return {
    AskApproval: invoke(
      ask,
      { request: '{% $request %}', plan: '{% $plan %}', token: '{% $states.context.Task.Token %}' },
      {
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        TimeoutSeconds: '{% $request.approval.expires_after_days * 86400 %}',
        Output: '{% $states.result %}',
        Assign: { answer: '{% $states.result %}' },
        Catch: [{ ErrorEquals: ['States.Timeout'], Assign: { answer: EXPIRED }, Next: 'Settle' }, ...others],
        Next: 'Settle',
      },
    ),
    Settle: invoke(
      settle,
      { request: '{% $request %}', answer: '{% $answer %}' },
      { Assign: { settled: '{% $states.result.Payload %}' }, ...catchInto('Refuse'), Next: 'IsApproved' },
    ),
    IsApproved: {
      Type: 'Choice',
      Choices: [
        {
          Condition: "{% $answer.decision = 'approved' %}",
          Assign: { request: APPROVED_REQUEST },
          Next: 'Verify',
        },
      ],
      Default: 'NotApproved',
    },
    NotApproved: { Type: 'Succeed', Output: '{% $settled %}' },
  };
}

/** After a switch whose version does not answer. Where nothing is live any more there is no way back. */
function wayBack({ switchPointer, alertQueueUrl }: PromotionTargets): Record<string, AslState> {
  return {
    CanBeUndone: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $switched.undo != null %}', Next: 'SwitchBack' }],
      Default: 'NotifyNotConfirmed',
    },
    NotifyNotConfirmed: reportFailure(alertQueueUrl, 'promote', { Next: 'NotConfirmed' }),
    NotConfirmed: { Type: 'Fail', Error: '{% $failure.Error %}', Cause: '{% $failure.Cause %}' },
    SwitchBack: invoke(switchPointer, "{% $merge([$switched.undo, {'cause': $failure.Cause}]) %}", {
      Assign: { back: '{% $states.result.Payload %}' },
      ...catchInto('NotifyNotSwitchedBack', 'undoFailure'),
      Next: 'NotifySwitchedBack',
    }),
    NotifyNotSwitchedBack: reportFailure(
      alertQueueUrl,
      'promote',
      { Next: 'NotSwitchedBack' },
      'undoFailure',
    ),
    NotSwitchedBack: {
      Type: 'Fail',
      Error: '{% $undoFailure.Error %}',
      Cause: "{% 'the new version did not answer and was not taken back: ' & $undoFailure.Cause %}",
    },
    NotifySwitchedBack: reportFailure(alertQueueUrl, 'promote', { Next: 'SwitchedBack' }),
    SwitchedBack: {
      Type: 'Fail',
      Error: 'SwitchedBack',
      Cause: "{% 'the new version was taken back: ' & $back.reason %}",
    },
  };
}

function refusal({ refuse, alertQueueUrl }: PromotionTargets): Record<string, AslState> {
  return {
    Refuse: invoke(
      refuse,
      { request: '{% $request %}', error: '{% $failure.Error %}', cause: '{% $failure.Cause %}' },
      { Next: 'WhoIsTold' },
    ),
    WhoIsTold: {
      Type: 'Choice',
      Choices: [{ Condition: NOBODY_WATCHES, Next: 'ReportRefused' }],
      Default: 'Refused',
    },
    ReportRefused: reportFailure(alertQueueUrl, 'promote', { Next: 'Refused' }),
    Refused: { Type: 'Fail', Error: '{% $failure.Error %}', Cause: '{% $failure.Cause %}' },
  };
}
