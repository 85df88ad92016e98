import { type AslState, catchInto, invoke } from './asl.ts';

interface PromotionTargets {
  readonly verify: string;
  readonly switchPointer: string;
  readonly confirm: string;
  readonly refuse: string;
  readonly alertQueueUrl: string;
}

/**
 * Promote and rollback are one machine: input `{action, exchange, target, version?, operator, reason, override?}`.
 * verify -> switch (one transaction that expects the pointer read) -> confirm through the API -> notify; a failed
 * confirmation switches back by itself. A refusal is recorded and ends the execution as failed.
 */
export function promotionMachine(targets: PromotionTargets): AslState {
  const alert = (rule: string, details: string, rest: AslState): AslState => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage',
    Arguments: {
      QueueUrl: targets.alertQueueUrl,
      MessageBody: `{% $string({'rule': '${rule}', 'exchange': $request.exchange, 'breached': true, 'details': ${details}}) %}`,
    },
    ...rest,
  });
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
      Notify: alert(
        'promotion',
        "$merge([$request, {'from': $switched.from, 'to': $switched.to, 'compliance_class': $switched.compliance_class}])",
        {
          Output: '{% $switched %}',
          End: true,
        },
      ),
      SwitchBack: invoke(
        targets.switchPointer,
        "{% $merge([$switched.undo, {'reason': 'confirmation failed: ' & $failure.Cause}]) %}",
        { Next: 'NotifySwitchedBack' },
      ),
      NotifySwitchedBack: alert(
        'stage-failure',
        "{'stage': 'promote', 'error': $failure.Error, 'cause': $failure.Cause}",
        {
          Next: 'SwitchedBack',
        },
      ),
      SwitchedBack: {
        Type: 'Fail',
        Error: 'SwitchedBack',
        Cause: "{% 'the new version did not answer, the previous one is live again: ' & $failure.Cause %}",
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
