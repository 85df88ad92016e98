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

/** A Task that puts one alert observation on the `to-alert` queue. */
export function reportFailure(
  queueUrl: string,
  stage: string,
  rest: AslState,
  failure = 'failure',
): AslState {
  const observation = `{% $string({'rule': 'stage-failure', 'exchange': $exists($exchange) ? $exchange : 'ALL', 'breached': true, 'details': {'stage': '${stage}', 'date': $exists($date) ? $date : '', 'error': $${failure}.Error, 'cause': $${failure}.Cause}}) %}`;
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage',
    Arguments: { QueueUrl: queueUrl, MessageBody: observation },
    Retry: RETRY_TEMPORARY,
    ...rest,
  };
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
