import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { auditParts } from '../constructs/audit-parts.ts';
import { brokerParts } from '../constructs/broker-parts.ts';
import { JourneyMachine } from '../constructs/journey-machine.ts';
import { type LearningParts, learningParts } from '../constructs/learning-parts.ts';
import { nativeLayer } from '../constructs/native-layer.ts';
import { REGISTRY_EXPORTS } from '../constructs/registry-exports.ts';
import { scoringParts } from '../constructs/scoring-parts.ts';
import { StageFunction } from '../constructs/stage-function.ts';
import { StageSchedule } from '../constructs/stage-schedule.ts';
import { importMachine } from '../machines/import.ts';
import type { LearnTargets } from '../machines/learn.ts';
import { nightlyMachine } from '../machines/nightly.ts';
import { promotionMachine } from '../machines/promotion.ts';
import { trainingMachine } from '../machines/training.ts';
import type { Settings } from '../settings.ts';
import type { ApiStack } from './api.ts';
import { type DataStack, RECOMMENDATION_INDEXES } from './data.ts';

/** The stages between the API and the monitoring: queue consumers, the nightly, training, import and promotion machines. */
export class PipelineStack extends Stack {
  readonly nightly: JourneyMachine;
  readonly training: JourneyMachine;
  readonly import: JourneyMachine;
  readonly promotion: JourneyMachine;
  /** The functions that a schedule invokes: an alarm watches their errors, since no queue keeps what failed. */
  readonly scheduled: StageFunction[] = [];
  private readonly settings: Settings;
  private readonly data: DataStack;
  private readonly api: ApiStack;
  private readonly onnxruntime: LayerVersion;
  private readonly lakeWriter: Record<string, string>;

  constructor(app: App, settings: Settings, data: DataStack, api: ApiStack) {
    super(app, `${settings.environment}-pipeline`, {
      description: 'OI Loop: stages, nightly, training, import, promotion',
    });
    this.settings = settings;
    this.data = data;
    this.api = api;
    this.onnxruntime = nativeLayer(this, 'onnxruntime', settings);
    this.lakeWriter = { PARQUET_WRITER: settings.parquetWriter };
    this.consumers();
    this.promotion = this.promotionMachine();
    this.watchBaking();
    const learning = learningParts(this, { settings, data, onnxruntime: this.onnxruntime });
    const learn = this.learnTargets(learning);
    this.nightly = this.nightlyMachine(learning, learn);
    this.training = new JourneyMachine(this, 'Training', {
      definition: trainingMachine(learn),
      ...this.learnRights(learning),
    });
    this.import = this.importMachine(learning);
    new CfnOutput(this, 'NightlyMachineArn', { value: this.nightly.machine.stateMachineArn });
    new CfnOutput(this, 'TrainingMachineArn', { value: this.training.machine.stateMachineArn });
    new CfnOutput(this, 'ImportMachineArn', { value: this.import.machine.stateMachineArn });
    new CfnOutput(this, 'PromotionMachineArn', { value: this.promotion.machine.stateMachineArn });
    this.letOperate(api.operatorRole);
    this.letAnswer('OperatorAnswers', api.operatorRole, this.promotion);
  }

  private part(
    stage: ConstructorParameters<typeof StageFunction>[1]['stage'],
    part: string,
    props: {
      memoryMb?: number;
      timeoutS?: number;
      layers?: LayerVersion[];
      environment?: Record<string, string>;
    } = {},
  ): StageFunction {
    return new StageFunction(this, { stage, part, settings: this.settings, ...props });
  }

  private consumers(): void {
    const { data } = this;
    this.part('batch', 'queue', { memoryMb: 1024, timeoutS: 60, environment: this.lakeWriter })
      .writesTable('BATCHES_TABLE', data.batches)
      .writesBucket('LAKE_BUCKET', data.lake, ['raw/'])
      .consumes(data.toBatch.queue, { batchSize: 90, windowS: 60, maxConcurrency: 2 });
    // One message a batch: what waits behind a failed one must not count as tried, or it is buried with it.
    this.part('feature', 'queue', { memoryMb: 1024, timeoutS: 15 })
      .writesTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
      .sendsTo('TO_SCORE_QUEUE', data.toScore.queue)
      .givesBackTo('TO_FEATURE_QUEUE', data.toFeature.queue)
      .consumes(data.toFeature.queue, { batchSize: 1, maxConcurrency: 2 });
    this.scheduled.push(
      scoringParts(this, {
        ...{ settings: this.settings, data, onnxruntime: this.onnxruntime },
        endpoints: this.api.endpoints,
      }),
    );
    this.scheduled.push(auditParts(this, { settings: this.settings, data }));
    this.scheduled.push(brokerParts(this, { settings: this.settings, data }));
  }

  private promotionMachine(): JourneyMachine {
    const { data } = this;
    const verify = this.part('promote', 'verify', {
      memoryMb: 1769,
      timeoutS: 60,
      layers: [this.onnxruntime],
    })
      .readsTable('MODELS_TABLE', data.models)
      .readsBucket('LAKE_BUCKET', data.lake, ['models/', 'reports/']);
    const switchPointer = this.part('promote', 'switch')
      .writesTable('MODELS_TABLE', data.models)
      .deletesFrom(data.models)
      .writesBucket('LAKE_BUCKET', data.lake, REGISTRY_EXPORTS);
    const refuse = this.part('promote', 'refuse')
      .writesTable('MODELS_TABLE', data.models)
      .writesBucket('LAKE_BUCKET', data.lake, REGISTRY_EXPORTS);
    const [ask, settle] = ['ask', 'settle'].map((part) =>
      this.part('promote', part)
        .writesTable('MODELS_TABLE', data.models)
        .sendsTo('TO_ALERT_QUEUE', data.toAlert.queue),
    ) as [StageFunction, StageFunction];
    settle.writesBucket('LAKE_BUCKET', data.lake, REGISTRY_EXPORTS);
    const confirm = this.part('promote', 'confirm', {
      timeoutS: 60,
      environment: { API_ENDPOINT: this.api.api.apiEndpoint },
    }).allow(
      ['execute-api:Invoke'],
      [
        this.formatArn({
          service: 'execute-api',
          resource: this.api.api.apiId,
          resourceName: '$default/POST/v1/score',
        }),
      ],
    );
    const promotion = new JourneyMachine(this, 'Promotion', {
      definition: promotionMachine({
        verify: verify.lambda.functionArn,
        switchPointer: switchPointer.lambda.functionArn,
        confirm: confirm.lambda.functionArn,
        refuse: refuse.lambda.functionArn,
        ask: ask.lambda.functionArn,
        settle: settle.lambda.functionArn,
        alertQueueUrl: data.toAlert.queue.queueUrl,
      }),
      invokes: [verify, switchPointer, confirm, refuse, ask, settle],
      sendsTo: [data.toAlert.queue],
    });
    // Beside the role's own policy, which the function waits for, as the machine waits for the function.
    this.letAnswer('AskAnswers', ask.role, promotion);
    return promotion;
  }

  /** A token does not say whose it is: the machine's own are all that may be answered. */
  private letAnswer(id: string, role: IRole, { machine }: JourneyMachine): void {
    const statement = new PolicyStatement({
      actions: ['states:SendTaskSuccess'],
      resources: [machine.stateMachineArn],
    });
    new Policy(this, id, { roles: [role], statements: [statement] });
  }

  /** Looks after what was promoted a moment ago, every five minutes as functions/promote/bake.handler.ts has it. */
  private watchBaking(): void {
    const { data } = this;
    const bake = this.part('promote', 'bake')
      .readsTable('MODELS_TABLE', data.models)
      .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
      .readsTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
      .readsTable('ALERTS_TABLE', data.alerts)
      .sendsTo('TO_ALERT_QUEUE', data.toAlert.queue)
      .starts('PROMOTION_MACHINE', this.promotion.machine);
    new StageSchedule(this, 'BakingSchedule', { expression: 'rate(5 minutes)', invokes: bake });
    this.scheduled.push(bake);
  }

  private learnTargets({ plan, train, job, evaluate }: LearningParts): LearnTargets {
    return {
      planTraining: plan.lambda.functionArn,
      train: train.lambda.functionArn,
      trainingJob: job.target(),
      evaluate: evaluate.lambda.functionArn,
      promotionMachine: this.promotion.machine.stateMachineArn,
      alertQueueUrl: this.data.toAlert.queue.queueUrl,
    };
  }

  private learnRights({ plan, train, job, evaluate }: LearningParts) {
    return {
      invokes: [plan, train, evaluate],
      sendsTo: [this.data.toAlert.queue],
      starts: [this.promotion.machine],
      also: job.startedBy(),
    };
  }

  /** Starts nothing: what was made elsewhere goes live by a person alone. */
  private importMachine({ importModel, evaluate }: LearningParts): JourneyMachine {
    return new JourneyMachine(this, 'Import', {
      definition: importMachine({
        importModel: importModel.lambda.functionArn,
        evaluate: evaluate.lambda.functionArn,
        alertQueueUrl: this.data.toAlert.queue.queueUrl,
      }),
      invokes: [importModel, evaluate],
      sendsTo: [this.data.toAlert.queue],
    });
  }

  private nightlyMachine(learning: LearningParts, learn: LearnTargets): JourneyMachine {
    const parts = this.nightlyParts();
    const { plan, compact, feature, label, outcome, dataset } = parts;
    const rights = this.learnRights(learning);
    const nightly = new JourneyMachine(this, 'Nightly', {
      definition: nightlyMachine({
        ...learn,
        plan: plan.lambda.functionArn,
        compact: compact.lambda.functionArn,
        feature: feature.lambda.functionArn,
        label: label.lambda.functionArn,
        outcome: outcome.lambda.functionArn,
        dataset: dataset.lambda.functionArn,
      }),
      ...rights,
      invokes: [...Object.values(parts), ...rights.invokes],
    });
    new StageSchedule(this, 'NightlySchedule', {
      expression: 'cron(0 16 * * ? *)',
      starts: nightly.machine,
      input: { scheduled_time: '<aws.scheduler.scheduled-time>' },
      state: this.settings.nightlySchedule,
    });
    new StageSchedule(this, 'OutcomeSchedule', { expression: 'rate(15 minutes)', invokes: outcome });
    this.scheduled.push(outcome);
    return nightly;
  }

  private nightlyParts(): Record<
    'plan' | 'compact' | 'feature' | 'label' | 'outcome' | 'dataset',
    StageFunction
  > {
    const { data } = this;
    const day = { memoryMb: 3008, timeoutS: 300 };
    const writingDay = { ...day, environment: this.lakeWriter };
    return {
      plan: this.part('compact', 'plan').readsTable('BATCHES_TABLE', data.batches),
      compact: this.part('compact', 'day', writingDay)
        .writesTable('BATCHES_TABLE', data.batches)
        .writesBucket('LAKE_BUCKET', data.lake, ['raw/', 'chain/'], true),
      feature: this.part('feature', 'day', writingDay)
        .writesTable('BATCHES_TABLE', data.batches)
        .writesTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
        .sendsTo('TO_ALERT_QUEUE', data.toAlert.queue)
        .readsBucket('LAKE_BUCKET', data.lake, ['raw/', 'chain/'])
        .writesBucket('LAKE_BUCKET', data.lake, ['features/']),
      label: this.part('label', 'day', writingDay)
        .writesTable('BATCHES_TABLE', data.batches)
        .readsBucket('LAKE_BUCKET', data.lake, ['chain/'])
        .writesBucket('LAKE_BUCKET', data.lake, ['labels/']),
      outcome: this.part('outcome', 'resolve', { memoryMb: 1024, timeoutS: 120 })
        .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
        .readsTable('BATCHES_TABLE', data.batches)
        .writesTable('RISK_TABLE', data.risk)
        .readsTable('MODELS_TABLE', data.models)
        .writesTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
        .readsBucket('LAKE_BUCKET', data.lake, ['raw/', 'chain/']),
      dataset: this.part('dataset', 'build', day)
        .writesTable('DATASETS_TABLE', data.datasets)
        .readsTable('BATCHES_TABLE', data.batches)
        .readsBucket('LAKE_BUCKET', data.lake, ['features/', 'labels/'])
        .writesBucket('LAKE_BUCKET', data.lake, ['datasets/']),
    };
  }

  /** The operator's CLI starts the machines and watches them. */
  private letOperate(operator: Role): void {
    const all = [this.nightly, this.training, this.import, this.promotion];
    const machines = all.map(({ machine }) => machine.stateMachineArn);
    const executions = all.map(({ machine }) =>
      this.formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${machine.stateMachineName}:*`,
      }).replace('execution/', 'execution:'),
    );
    new Policy(this, 'OperatorMachines', {
      roles: [operator],
      statements: [
        new PolicyStatement({ actions: ['states:StartExecution'], resources: machines }),
        new PolicyStatement({
          actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
          resources: executions,
        }),
      ],
    });
  }
}
