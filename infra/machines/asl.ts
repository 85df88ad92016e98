/** Small builders for Amazon States Language in JSONata mode; a state machine is data, built by pure functions. */

export type AslState = Readonly<Record<string, unknown>>;

/** Errors that pass by themselves: throttling, a cold service, a dependency our own code calls Temporary. */
const RETRY_TEMPORARY = [
  {
    ErrorEquals: [
      'Temporary',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
    ],
    IntervalSeconds: 2,
    MaxAttempts: 4,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
];

/** A Task that invokes a function with `payload` and gives its answer on as the state's output. */
export function invoke(functionArn: string, payload: unknown, rest: AslState): AslState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionArn, Payload: payload },
    Output: '{% $states.result.Payload %}',
    Retry: RETRY_TEMPORARY,
    ...rest,
  };
}

/** What an alert on a stage is about: its name, or a JSONata expression of it. */
export type StageName = string | { readonly expression: string };

/** A Task that tells the alert stage that a stage failed; the error is in the variable `failure`. */
export function reportFailure(
  queueUrl: string,
  stage: StageName,
  rest: AslState,
  failure = 'failure',
): AslState {
  const error = `{'name': $${failure}.Error, 'message': $${failure}.Cause}`;
  return sendObservation(queueUrl, stageRun(stage, error), rest);
}

/** A Task that tells the alert stage that a stage succeeded: an open alert on it recovers. */
export function reportSuccess(queueUrl: string, stage: StageName, rest: AslState): AslState {
  return sendObservation(queueUrl, stageRun(stage, 'null'), rest);
}

/** A Task that puts an observation (a JSONata object; shared/domain/alerts/observation.ts) on the `to-alert` queue. */
export function sendObservation(queueUrl: string, observation: string, rest: AslState): AslState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage',
    Arguments: { QueueUrl: queueUrl, MessageBody: `{% $string(${observation}) %}` },
    Retry: RETRY_TEMPORARY,
    ...rest,
  };
}

/** How a stage ended, for the exchange of the variables, or for all when they name none. */
function stageRun(stage: StageName, error: string): string {
  const name = typeof stage === 'string' ? `'${stage}'` : stage.expression;
  const exchange = `$exists($exchange) ? $exchange : ($exists($request) ? $request.exchange : 'ALL')`;
  return `{'kind': 'stage_run', 'stage': ${name}, 'exchange': ${exchange}, 'error': ${error}, 'execution': $states.context.Execution.Id}`;
}

/**
 * Catches everything, keeps the error in a variable, and goes to `next`. A state inside a Map must use another variable
 * than the states outside it.
 */
export function catchInto(next: string, failure = 'failure'): AslState {
  return {
    Catch: [{ ErrorEquals: ['States.ALL'], Assign: { [failure]: '{% $states.errorOutput %}' }, Next: next }],
  };
}
