import { Stack } from 'aws-cdk-lib';
import type { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { JobTarget } from '../machines/learn.ts';
import type { Settings } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';
import { StagePart } from './stage-part.ts';

/** Below it in the lake: what a job's caller reads, by the name of the job. */
const JOB_REPORTS = 'training-jobs/';

const LOG_GROUP = '/aws/sagemaker/TrainingJobs';
const LONGEST_SECONDS = 4 * 3600;
const VOLUME_GB = 10;

interface TrainingJobProps {
  readonly settings: Settings;
  readonly image: DockerImageAsset;
  /** Holds the reports of jobs. */
  readonly lake: IBucket;
}

/** A container job of SageMaker that a state machine creates: its image, its role, and the request but for its name. */
export class TrainingJob extends StagePart {
  readonly role: Role;
  /** What every job's name begins with; SageMaker keeps names for good, and one account has several environments. */
  private readonly namePrefix: string;
  private readonly lake: IBucket;
  private readonly props: TrainingJobProps;
  private readonly variables: Record<string, string> = { POWERTOOLS_SERVICE_NAME: 'train' };

  constructor(scope: Construct, id: string, props: TrainingJobProps) {
    super(scope, id);
    this.props = props;
    this.lake = props.lake;
    this.namePrefix = `${props.settings.environment}-train-`;
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com'),
      description: 'train as a container job: exactly what the job uses',
    });
    props.image.repository.grantPull(this.role);
    this.writeLogs();
    acknowledge(
      this.role,
      'AwsSolutions-IAM5[Resource::*]',
      'The token of the image registry and metrics have no resource-level permissions.',
    );
  }

  /** The job as the machines create it. */
  target(): JobTarget {
    return {
      namePrefix: this.namePrefix,
      reportBucket: this.lake.bucketName,
      reportPrefix: JOB_REPORTS,
      request: (name, hyperParameters) => this.request(name, hyperParameters),
    };
  }

  /** What a state machine's role must be allowed to create such jobs, wait for them and read their reports. */
  startedBy(): PolicyStatement[] {
    const stack = Stack.of(this);
    const jobs = [this.arnOfJobs()];
    const rule = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: 'StepFunctionsGetEventsForSageMakerTrainingJobsRule',
    });
    const allow = (actions: string[], resources: string[]) => new PolicyStatement({ actions, resources });
    return [
      allow(
        ['sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob', 'sagemaker:StopTrainingJob'],
        jobs,
      ),
      allow(['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], [rule]),
      allow(['s3:GetObject'], [this.lake.arnForObjects(`${JOB_REPORTS}*`)]),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      }),
    ];
  }

  protected setVariable(name: string, value: string): void {
    this.variables[name] = value;
  }

  private request(
    TrainingJobName: string,
    HyperParameters: Readonly<Record<string, string>>,
  ): Record<string, unknown> {
    const { settings, image } = this.props;
    return {
      TrainingJobName,
      RoleArn: this.role.roleArn,
      AlgorithmSpecification: { TrainingImage: image.imageUri, TrainingInputMode: 'File' },
      HyperParameters,
      Environment: this.variables,
      OutputDataConfig: { S3OutputPath: `s3://${this.lake.bucketName}/${JOB_REPORTS}` },
      ResourceConfig: {
        InstanceType: settings.trainingInstance,
        InstanceCount: 1,
        VolumeSizeInGB: VOLUME_GB,
      },
      StoppingCondition: { MaxRuntimeInSeconds: LONGEST_SECONDS },
    };
  }

  private arnOfJobs(): string {
    return Stack.of(this).formatArn({
      service: 'sagemaker',
      resource: 'training-job',
      resourceName: `${this.namePrefix}*`,
    });
  }

  private writeLogs(): void {
    const logs = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${LOG_GROUP}:*`,
    });
    const actions = [
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
    ];
    this.allow(actions, [logs.replace('log-group/', 'log-group:')]);
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': LOG_GROUP } },
      }),
    );
  }
}
