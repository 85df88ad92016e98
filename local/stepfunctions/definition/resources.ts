/** The service integrations a Task may name, without the partition (`arn:aws:states:::` and the like). */
const KNOWN_RESOURCES: ReadonlySet<string> = new Set([
  'lambda:invoke',
  'lambda:invoke.waitForTaskToken',
  'aws-sdk:s3:getObject',
  'sagemaker:createTrainingJob',
  'sagemaker:createTrainingJob.sync',
  'sns:publish',
  'sqs:sendMessage',
  'dynamodb:getItem',
  'dynamodb:putItem',
  'dynamodb:updateItem',
  'dynamodb:deleteItem',
  'states:startExecution',
  'states:startExecution.sync:2',
]);

const INTEGRATION_ARN = /^arn:aws(?:-[a-z-]+)?:states:::(.+)$/;

/** Splits a Task's Resource into its parts; null when the interpreter does not know it. */
export function parseResource(resource: string): { type: string; action: string } | null {
  const integration = INTEGRATION_ARN.exec(resource)?.[1];
  if (integration === undefined || !KNOWN_RESOURCES.has(integration)) return null;
  const [type = '', ...action] = integration.split(':');
  if (type === 'aws-sdk') return { type: `aws-sdk:${action[0]}`, action: action.slice(1).join(':') };
  return { type, action: action.join(':') };
}

/** The resources as an error message lists them. */
export function knownResources(): string {
  return [...KNOWN_RESOURCES].join(', ');
}
