import { type AslState, catchInto, invoke, reportFailure, reportSuccess, sendObservation } from './asl.ts';

/** The container job, as a state machine creates one. */
export interface JobTarget {
  /** What the names of jobs begin with. */
  readonly namePrefix: string;
  /** Where jobs leave their reports. */
  readonly reportBucket: string;
  readonly reportPrefix: string;
  /** Arguments of `sagemaker:createTrainingJob.sync`. */
  readonly request: (name: string, hyperParameters: Readonly<Record<string, string>>) => AslState;
}

export interface LearnTargets {
  readonly planTraining: string;
  readonly train: string;
  readonly trainingJob: JobTarget;
  readonly evaluate: string;
  readonly promotionMachine: string;
  readonly alertQueueUrl: string;
}

const VERDICT =
  "{'kind': 'verdict', 'exchange': $exchange, 'version': $verdict.version, 'pass': $verdict.pass, 'failed': [$verdict.failed], 'report': $verdict.verdict_key}";
const FAILED =
  "{% {'exchange': $exchange, 'target': $run.target, 'runs_as': $run.runs_as, 'ok': false, 'error': $failure.Error, 'cause': $failure.Cause} %}";

/** It passed, and the policy leaves the rest to a person. */
const WAITS = '{% $exists($verdict.approval) and $verdict.approval != null %}';

/** Alerts on research targets are about those: a good tb15 takes no alert on dir5 back. */
const TRAINED = { expression: "($run.research ? 'train ' & $run.target : 'train')" };

/** How a Lambda ends that ran out of its time or its memory. */
const OUTGROWN = ['Sandbox.Timedout', 'Runtime.ExitError', 'Lambda.Unknown'];

/** SageMaker keeps names for good: each run of each execution has its own, and each retry another. */
const JOB_ID =
  "$substring($hash($states.context.Execution.Id & '|' & $string($index) & '|' & $string($states.context.State.RetryCount), 'SHA-256'), 0, 32)";

/** What a job's program said in its failure file, as if a Lambda had thrown it; else how the job ended. */
const JOB_FAILURE = `{% (
  $said := $states.errorOutput;
  $job := $contains($said.Cause, '"TrainingJobStatus"') ? $parse($said.Cause) : {};
  $reason := $exists($job.FailureReason) ? $job.FailureReason : $job.SecondaryStatus;
  $told := $exists($reason) ? $match($reason, /^AlgorithmError: ([A-Za-z.]+): ([\\s\\S]*), exit code: [0-9]+$/);
  $exists($told) ? {'Error': $told.groups[0], 'Cause': $told.groups[1]}
    : $exists($reason) ? {'Error': $said.Error, 'Cause': 'training job ' & $job.TrainingJobName & ' ended as ' & $job.TrainingJobStatus & ': ' & $reason}
    : $said
) %}`;

/** Plans what is trained and where into the variable `training_plan`; `request` as functions/train/plan-training.ts has it. */
export function planTraining(targets: LearnTargets, request: unknown, next: string): AslState {
  return invoke(targets.planTraining, request, {
    Assign: { training_plan: '{% $states.result.Payload %}' },
    Next: next,
  });
}

/** One run of the plan after the other into the variable `training`; an error ends its own run only. */
export function trainRuns(targets: LearnTargets, next: string): AslState {
  return {
    Type: 'Map',
    Items: '{% $training_plan.runs %}',
    ItemSelector: {
      run: '{% $states.context.Map.Item.Value %}',
      index: '{% $states.context.Map.Item.Index %}',
    },
    MaxConcurrency: 1,
    ItemProcessor: learn(targets),
    Assign: { training: '{% $states.result %}' },
    Next: next,
  };
}

/** train, in the Lambda or as a job -> evaluate -> promote where the policy says so. */
function learn(targets: LearnTargets): AslState {
  return {
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: 'OpenTraining',
    States: {
      OpenTraining: {
        Type: 'Pass',
        Assign: {
          run: '{% $states.input.run %}',
          index: '{% $states.input.index %}',
          exchange: '{% $states.input.run.exchange %}',
        },
        Next: 'TrainWhere',
      },
      TrainWhere: {
        Type: 'Choice',
        Choices: [{ Condition: "{% $run.runs_as = 'job' %}", Next: 'TrainAsJob' }],
        Default: 'Train',
      },
      ...training(targets),
      Evaluate: invoke(
        targets.evaluate,
        {
          exchange: '{% $exchange %}',
          version: '{% $candidate.version %}',
          target: '{% $run.target %}',
        },
        {
          Assign: { verdict: '{% $states.result.Payload %}' },
          ...catchInto('ReportTraining'),
          Next: 'IsServed',
        },
      ),
      IsServed: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $run.research %}', Next: 'ReportTrainingDone' }],
        Default: 'TellVerdict',
      },
      TellVerdict: sendObservation(targets.alertQueueUrl, VERDICT, { Next: 'PromoteByPolicy' }),
      ...promotion(targets),
      ReportTrainingDone: reportSuccess(targets.alertQueueUrl, TRAINED, { Next: 'TrainingDone' }),
      TrainingDone: {
        Type: 'Pass',
        Output: {
          exchange: '{% $exchange %}',
          target: '{% $run.target %}',
          runs_as: '{% $run.runs_as %}',
          ok: true,
          train: '{% $candidate %}',
          evaluate: '{% $verdict %}',
        },
        End: true,
      },
      ReportTraining: reportFailure(targets.alertQueueUrl, TRAINED, { Output: FAILED, End: true }),
    },
  };
}

/** What leaves the trained candidate in `candidate`; what outgrows the Lambda goes on as a job. */
function training({ train, trainingJob }: LearnTargets): Record<string, AslState> {
  const { namePrefix, reportPrefix, reportBucket } = trainingJob;
  const name = `'${namePrefix}' & ${JOB_ID}`;
  const { Catch: others } = catchInto('ReportTraining') as { Catch: readonly AslState[] };
  return {
    Train: invoke(train, '{% $run.request %}', {
      Assign: { candidate: '{% $states.result.Payload %}' },
      Catch: [{ ErrorEquals: OUTGROWN, Next: 'TrainAsJob' }, ...others],
      Next: 'Evaluate',
    }),
    TrainAsJob: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
      Arguments: trainingJob.request(`{% ${name} %}`, {
        request: '{% $string($run.request) %}',
        report_key: `{% '${reportPrefix}' & ${name} & '/report.json' %}`,
      }),
      Assign: {
        report_key: '{% $states.result.HyperParameters.report_key %}',
        run: "{% $merge([$run, {'runs_as': 'job'}]) %}",
      },
      Retry: [
        {
          ErrorEquals: ['SageMaker.AmazonSageMakerException', 'SageMaker.ResourceLimitExceededException'],
          IntervalSeconds: 5,
          MaxAttempts: 2,
          BackoffRate: 2,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: { failure: JOB_FAILURE, run: "{% $merge([$run, {'runs_as': 'job'}]) %}" },
          Next: 'ReportTraining',
        },
      ],
      Next: 'ReadJobReport',
    },
    ReadJobReport: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
      Arguments: { Bucket: reportBucket, Key: '{% $report_key %}' },
      Assign: { candidate: '{% $parse($states.result.Body) %}' },
      ...catchInto('ReportTraining'),
      Next: 'Evaluate',
    },
  };
}

function promotion({ promotionMachine }: LearnTargets): Record<string, AslState> {
  return {
    PromoteByPolicy: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $verdict.promote = true %}', Next: 'StartPromotion' },
        { Condition: WAITS, Next: 'OpenPromotion' },
      ],
      Default: 'ReportTrainingDone',
    },
    StartPromotion: startPromotion(promotionMachine, {
      reason: 'passed the gate and the policy promotes automatically',
    }),
    OpenPromotion: startPromotion(promotionMachine, {
      reason: 'passed the gate, for an operator to approve',
      approval: '{% $verdict.approval %}',
    }),
  };
}

function startPromotion(machine: string, more: AslState): AslState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution',
    Arguments: {
      StateMachineArn: machine,
      Input: {
        action: 'promote',
        exchange: '{% $exchange %}',
        target: '{% $run.target %}',
        version: '{% $candidate.version %}',
        operator: 'policy',
        ...more,
      },
    },
    ...catchInto('ReportTraining'),
    Next: 'ReportTrainingDone',
  };
}
