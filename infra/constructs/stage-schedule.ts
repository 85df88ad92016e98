import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StageFunction } from './stage-function.ts';

type StageScheduleProps = {
  /** `rate(15 minutes)` or `cron(0 16 ? * * *)`, in Indian time. */
  readonly expression: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly state?: 'ENABLED' | 'DISABLED';
} & ({ readonly invokes: StageFunction } | { readonly starts: IStateMachine });

/** An EventBridge schedule in Asia/Kolkata that invokes one function or starts one state machine. */
export class StageSchedule extends Construct {
  constructor(scope: Construct, id: string, props: StageScheduleProps) {
    super(scope, id);
    const [action, arn] =
      'invokes' in props
        ? ['lambda:InvokeFunction', props.invokes.lambda.functionArn]
        : ['states:StartExecution', props.starts.stateMachineArn];
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: [action], resources: [arn] }));
    const schedule = new CfnSchedule(this, 'Schedule', {
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: 'Asia/Kolkata',
      flexibleTimeWindow: { mode: 'OFF' },
      state: props.state ?? 'ENABLED',
      target: {
        arn,
        roleArn: role.roleArn,
        input: JSON.stringify(props.input ?? {}),
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 900 },
      },
    });
    schedule.applyRemovalPolicy(RemovalPolicy.DESTROY);
  }
}
