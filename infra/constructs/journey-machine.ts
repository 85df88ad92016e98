import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, type IStateMachine, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { AslState } from '../machines/asl.ts';
import { acknowledge } from './acknowledge.ts';
import type { StageFunction } from './stage-function.ts';

interface JourneyMachineProps {
  readonly definition: AslState;
  readonly invokes: readonly StageFunction[];
  readonly sendsTo: readonly IQueue[];
  readonly starts?: readonly IStateMachine[];
  /** What its tasks need besides. */
  readonly also?: readonly PolicyStatement[];
}

/** A standard state machine from a definition as data, with the permissions of what it calls. */
export class JourneyMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: JourneyMachineProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-${id}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.machine = new StateMachine(this, 'Machine', {
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(props.definition)),
      logs: { destination: logGroup, level: LogLevel.ALL },
      tracingEnabled: true,
    });
    this.allow(
      'lambda:InvokeFunction',
      props.invokes.map((part) => part.lambda.functionArn),
    );
    this.allow(
      'sqs:SendMessage',
      props.sendsTo.map((queue) => queue.queueArn),
    );
    this.allow(
      'states:StartExecution',
      (props.starts ?? []).map((machine) => machine.stateMachineArn),
    );
    for (const statement of props.also ?? []) this.machine.addToRolePolicy(statement);
    acknowledge(
      this.machine.role,
      'AwsSolutions-IAM5[Resource::*]',
      'Log delivery and X-Ray have no resource-level permissions.',
    );
  }

  private allow(action: string, resources: string[]): void {
    if (resources.length === 0) return;
    this.machine.addToRolePolicy(new PolicyStatement({ actions: [action], resources }));
  }
}
