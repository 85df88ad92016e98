import type { App } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { acknowledge } from './constructs/acknowledge.ts';
import type { Settings } from './settings.ts';
import type { ApiStack } from './stacks/api.ts';
import type { DataStack } from './stacks/data.ts';
import type { PipelineStack } from './stacks/pipeline.ts';

const IN_THIS_ACCOUNT = '<AWS::Region>:<AWS::AccountId>';

/**
 * Every wildcard that a policy of ours holds, one by one, with its reason: the AwsSolutions pack stays an error
 * for any wildcard that is not in this list.
 */
export function acknowledgeWildcards(
  app: App,
  settings: Settings,
  data: DataStack,
  api: ApiStack,
  pipeline: PipelineStack,
): void {
  const wildcard = (resource: string, reason: string): void =>
    acknowledge(app, `AwsSolutions-IAM5[Resource::${resource}]`, reason);

  for (const prefix of ['raw', 'chain', 'features', 'labels', 'datasets', 'models', 'reports']) {
    wildcard(
      `${importedArn(data, data.lake)}/${prefix}/*`,
      `Objects below ${prefix}/ are named by their content.`,
    );
  }
  for (const prefix of ['imported', 'imported/models', 'features/set=tracker-v2-imported']) {
    wildcard(
      `${importedArn(data, data.lake)}/${prefix}/*`,
      `Imported days below ${prefix}/ are named by their content.`,
    );
  }
  for (const prefix of ['recommendations', 'trades', 'feedback', 'controls']) {
    wildcard(
      `${importedArn(data, data.lake)}/${prefix}/*`,
      `Objects below ${prefix}/ are named by the places of the log that they archive.`,
    );
  }
  for (const prefix of ['log', 'trials']) {
    wildcard(
      `${importedArn(data, data.auditLog)}/${prefix}/*`,
      `Objects below ${prefix}/ are numbered as they come.`,
    );
  }
  wildcard(
    `${importedArn(data, data.lake)}/*`,
    'The operator reads the whole lake to follow a record to its files.',
  );
  const apiId = api.getLogicalId(api.api.node.defaultChild as never);
  for (const method of ['GET', 'POST']) {
    wildcard(
      `arn:<AWS::Partition>:execute-api:${IN_THIS_ACCOUNT}:<${apiId}>/$default/${method}/*`,
      'Operator and viewer may call every route of this one API.',
    );
  }
  wildcard(
    `${importedArn(data, data.lake)}/training-jobs/*`,
    'Reports below training-jobs/ have the name of their job.',
  );
  wildcard(
    `arn:<AWS::Partition>:sagemaker:${IN_THIS_ACCOUNT}:training-job/${settings.environment}-train-*`,
    'Jobs are named when they are created.',
  );
  wildcard(
    `arn:<AWS::Partition>:logs:${IN_THIS_ACCOUNT}:log-group:/aws/sagemaker/TrainingJobs:*`,
    'SageMaker names the log streams of a job.',
  );
  wildcard(`${importedArn(data, data.lake)}/serving/*`, 'Archives below serving/ are named by their bundle.');
  for (const kind of ['model', 'endpoint-config', 'endpoint']) {
    wildcard(
      `arn:<AWS::Partition>:sagemaker:${IN_THIS_ACCOUNT}:${kind}/${settings.environment}-score-*`,
      'Endpoints are named by the bundle that they serve, and come and go with it.',
    );
  }
  wildcard(
    `arn:<AWS::Partition>:logs:${IN_THIS_ACCOUNT}:log-group:/aws/sagemaker/Endpoints/${settings.environment}-score-*`,
    'SageMaker keeps a log group for each endpoint.',
  );
  for (const { machine } of [pipeline.nightly, pipeline.training, pipeline.import, pipeline.promotion]) {
    const id = pipeline.getLogicalId(machine.node.defaultChild as never);
    wildcard(
      `arn:<AWS::Partition>:states:${IN_THIS_ACCOUNT}:execution:<${id}.Name>:*`,
      'Executions are named when they start.',
    );
  }
}

/** The name under which other stacks import the bucket's ARN, as cdk-nag prints it. */
function importedArn(data: DataStack, bucket: Bucket): string {
  const imported = data.resolve(data.exportValue(bucket.bucketArn)) as { 'Fn::ImportValue': string };
  return imported['Fn::ImportValue'];
}
