import { type AslState, invoke } from './asl.ts';
import { type LearnTargets, planTraining, trainRuns } from './learn.ts';

/** One exchange and at most one target, as a person asks for it; the plan takes lists. */
const REQUEST =
  "{% $merge([$sift($states.input, function($value, $key) {$not($key in ['exchange', 'target'])}), {'exchanges': [$states.input.exchange]}, $exists($states.input.target) ? {'targets': [$states.input.target]} : {}]) %}";

/**
 * Training by hand: input `{exchange, target?, dataset_version?, family?, feature_set?, configurations?,
 * budget_seconds?, per_regime?, allow_legacy?, as?}`. Ends with `{dataset_version, feature_set, plan, training}`; a run that
 * failed is in it.
 * With `{exchange, target, reproduce, threads?}` it trains that version again instead and ends with the comparison; with
 * `{exchange, target, judge}` it has the gate judge that registered version and ends with the verdict: whoever asks is told,
 * nobody else, and nothing is promoted.
 */
export function trainingMachine(targets: LearnTargets): AslState {
  return {
    Comment: 'OI Loop training: plan -> train in the Lambda or as a job -> evaluate -> promote by policy',
    QueryLanguage: 'JSONata',
    StartAt: 'WhatIsAsked',
    States: {
      WhatIsAsked: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $exists($states.input.reproduce) %}', Next: 'Reproduce' },
          { Condition: '{% $exists($states.input.judge) %}', Next: 'Judge' },
        ],
        Default: 'PlanTraining',
      },
      Reproduce: invoke(targets.train, '{% $states.input %}', { End: true }),
      Judge: invoke(
        targets.evaluate,
        {
          exchange: '{% $states.input.exchange %}',
          version: '{% $states.input.judge %}',
          target: '{% $states.input.target %}',
        },
        { End: true },
      ),
      PlanTraining: planTraining(targets, REQUEST, 'TrainRuns'),
      TrainRuns: trainRuns(targets, 'Trained'),
      Trained: {
        Type: 'Succeed',
        Output: {
          dataset_version: '{% $training_plan.dataset_version %}',
          feature_set: '{% $training_plan.feature_set %}',
          training: '{% $training %}',
        },
      },
    },
  };
}
