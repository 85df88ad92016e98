import { type App, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import { type CfnStage, HttpApi, HttpMethod, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { limitRequests } from '../constructs/api-limits.ts';
import { ModelEndpoints } from '../constructs/model-endpoints.ts';
import { nativeLayer } from '../constructs/native-layer.ts';
import { REGISTRY_EXPORTS } from '../constructs/registry-exports.ts';
import { StageFunction } from '../constructs/stage-function.ts';
import type { Settings } from '../settings.ts';
import { type DataStack, RECOMMENDATION_INDEXES } from './data.ts';

const READ_ROUTES = [
  '/v1/recommendations',
  '/v1/recommendations/{id}',
  '/v1/outcomes',
  '/v1/trades',
  '/v1/models',
  '/v1/models/{exchange}/live',
  '/v1/shadow',
  '/v1/risk',
  '/v1/datasets',
  '/v1/drift',
  '/v1/health',
  '/v1/alerts',
  '/v1/journey',
  '/v1/openapi.json',
  '/metrics',
];

/** The feature set of imported rows, as shared/domain/features/import-ml-features.ts names it. */
const IMPORTED_SET = 'tracker-v2-imported';

/** The HTTP API: what the tracker posts, what people and machines read, and the three roles that may. */
export class ApiStack extends Stack {
  readonly api: HttpApi;
  readonly operatorRole: Role;
  /** What scores asks them, and the operator makes them. */
  readonly endpoints: ModelEndpoints;

  constructor(app: App, settings: Settings, data: DataStack) {
    super(app, `${settings.environment}-api`, { description: 'OI Loop: HTTP API with IAM authorisation' });
    this.api = new HttpApi(this, 'Api', {
      description: 'OI Loop',
      createDefaultStage: true,
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    this.watchAccess();
    this.endpoints = new ModelEndpoints(this, 'ModelEndpoints', { settings, data });
    this.post('/v1/snapshots', this.ingest(settings, data));
    limitRequests(this.api, this.post('/v1/score', this.score(settings, data)), settings.requestRate);
    this.post('/v1/trades', this.trade(settings, data));
    this.post('/v1/feedback', this.feedback(settings, data));
    this.post('/v1/shadow', this.challenger(settings, data));
    this.post('/v1/risk', this.control(settings, data));
    this.post('/v1/risk/rebuild', this.rebuild(settings, data));
    this.post('/v1/backend', this.backend(settings, data));
    this.readRoutes(settings, data);
    this.operatorRole = this.roles(data);
    this.endpoints.letDeploy(this.operatorRole);
    new CfnOutput(this, 'ApiEndpoint', { value: this.api.apiEndpoint });
  }

  private ingest(settings: Settings, data: DataStack): StageFunction {
    const environment = { BACKLOG_LIMIT: String(settings.backlogLimit) };
    return new StageFunction(this, {
      stage: 'ingest',
      part: 'snapshots',
      settings,
      memoryMb: 1024,
      environment,
    })
      .sendsTo('TO_BATCH_QUEUE', data.toBatch.queue)
      .measures('TO_BATCH_QUEUE', data.toBatch.queue)
      .sendsTo('TO_FEATURE_QUEUE', data.toFeature.queue);
  }

  private score(settings: Settings, data: DataStack): StageFunction {
    const request = new StageFunction(this, {
      stage: 'score',
      part: 'request',
      settings,
      memoryMb: 1769,
      layers: [nativeLayer(this, 'onnxruntime', settings)],
    })
      .writesTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
      .readsTable('MODELS_TABLE', data.models)
      .readsTable('RISK_TABLE', data.risk)
      .readsBucket('LAKE_BUCKET', data.lake, ['models/'])
      .writesTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
      .sendsTo('TO_BATCH_QUEUE', data.toBatch.queue)
      .readsTable('SHADOWS_TABLE', data.shadows)
      .sendsTo('TO_AUDIT_QUEUE', data.toAudit.queue)
      .sendsTo('TO_SHADOW_QUEUE', data.toShadow.queue);
    this.endpoints.letAsk(request);
    return request;
  }

  private challenger(settings: Settings, data: DataStack): StageFunction {
    return new StageFunction(this, { stage: 'score', part: 'challenger', settings })
      .readsTable('MODELS_TABLE', data.models)
      .writesTable('SHADOWS_TABLE', data.shadows);
  }

  private backend(settings: Settings, data: DataStack): StageFunction {
    return new StageFunction(this, { stage: 'promote', part: 'backend', settings })
      .writesTable('MODELS_TABLE', data.models)
      .writesBucket('LAKE_BUCKET', data.lake, REGISTRY_EXPORTS);
  }

  private control(settings: Settings, data: DataStack): StageFunction {
    return new StageFunction(this, { stage: 'score', part: 'control', settings })
      .writesTable('RISK_TABLE', data.risk)
      .writesTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
      .sendsTo('TO_AUDIT_QUEUE', data.toAudit.queue)
      .sendsTo('TO_ALERT_QUEUE', data.toAlert.queue);
  }

  private rebuild(settings: Settings, data: DataStack): StageFunction {
    return new StageFunction(this, { stage: 'audit', part: 'rebuild', settings })
      .readsTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
      .writesTable('RISK_TABLE', data.risk)
      .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow);
  }

  private trade(settings: Settings, data: DataStack): StageFunction {
    return new StageFunction(this, { stage: 'audit', part: 'trade', settings })
      .writesTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
      .writesTable('RISK_TABLE', data.risk)
      .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
      .sendsTo('TO_AUDIT_QUEUE', data.toAudit.queue);
  }

  private feedback(settings: Settings, data: DataStack): StageFunction {
    return new StageFunction(this, { stage: 'audit', part: 'feedback', settings })
      .writesTable('RECOMMENDATIONS_TABLE', data.recommendations)
      .sendsTo('TO_AUDIT_QUEUE', data.toAudit.queue);
  }

  private readRoutes(settings: Settings, data: DataStack): void {
    const read = new StageFunction(this, { stage: 'read', part: 'routes', settings })
      .readsTable('BATCHES_TABLE', data.batches)
      .readsTable('DATASETS_TABLE', data.datasets)
      .readsTable('MODELS_TABLE', data.models)
      .readsTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
      .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
      .readsTable('HEALTH_TABLE', data.health)
      .readsTable('ALERTS_TABLE', data.alerts)
      .readsTable('SHADOWS_TABLE', data.shadows)
      .readsTable('RISK_TABLE', data.risk)
      .readsBucket('AUDIT_BUCKET', data.auditLog, ['log/']);
    const integration = new HttpLambdaIntegration('read-routes', read.lambda);
    for (const path of READ_ROUTES) this.api.addRoutes({ path, methods: [HttpMethod.GET], integration });
    // What no route takes is refused in the API's own words, by the same function: 404, or 405 with what is allowed.
    this.api.addRoutes({ path: '/{proxy+}', methods: [HttpMethod.ANY], integration });
  }

  private post(path: string, part: StageFunction): HttpRoute {
    const integration = new HttpLambdaIntegration(part.node.id, part.lambda);
    return this.api.addRoutes({ path, methods: [HttpMethod.POST], integration })[0] as HttpRoute;
  }

  /** Tracker, operator and viewer: whoever may assume the role may call its routes, and nothing else. */
  private roles(data: DataStack): Role {
    const routes = {
      tracker: [
        'POST/v1/snapshots',
        'POST/v1/score',
        'POST/v1/trades',
        'POST/v1/feedback',
        'GET/v1/recommendations',
        'GET/v1/health',
      ],
      operator: ['POST/*', 'GET/*'],
      viewer: ['GET/*'],
    };
    const roles = Object.entries(routes).map(([name, allowed]) => {
      const role = new Role(this, `Role-${name}`, {
        assumedBy: new AccountPrincipal(this.account),
        description: `OI Loop ${name}`,
      });
      Tags.of(role).add('oi-loop:api-role', name);
      const resources = allowed.map((route) =>
        this.formatArn({
          service: 'execute-api',
          resource: this.api.apiId,
          resourceName: `$default/${route}`,
        }),
      );
      role.addToPolicy(new PolicyStatement({ actions: ['execute-api:Invoke'], resources }));
      if (name === 'operator') this.letOperate(role, data);
      return role;
    });
    return roles[1] as Role;
  }

  /** What the operator's CLI reads besides the API: the registries and the lake, to follow a record to its files. */
  private letOperate(role: Role, data: DataStack): void {
    const tables = [data.batches, data.datasets, data.models, data.recommendations, data.onlineWindow];
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
        resources: tables.flatMap((table) => [table.tableArn, `${table.tableArn}/index/by-day`]),
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:ListBucket'],
        resources: [data.lake.bucketArn, data.lake.arnForObjects('*')],
      }),
    );
    this.letVerify(role, data);
    this.letImport(role, data);
    this.letRebuild(role, data);
    this.letRedrive(role, data);
  }

  /** Reading the audit log, to verify it and to hand out copies; nobody but the audit stage writes there. */
  private letVerify(role: Role, { auditLog }: DataStack): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:ListBucket'],
        resources: [auditLog.bucketArn, auditLog.arnForObjects('log/*')],
      }),
    );
  }

  /** Looking at dead letters and moving them back, as StartMessageMoveTask does it in the caller's name. */
  private letRedrive(role: Role, data: DataStack): void {
    const queues = Object.values(data.queues);
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:StartMessageMoveTask',
          'sqs:ListMessageMoveTasks',
        ],
        resources: queues.map(({ deadLetters }) => deadLetters.queueArn),
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: queues.map(({ queue }) => queue.queueArn),
      }),
    );
  }

  /** `./oi backfill` keeps what the tracker itself computed and recommended, apart from what is the loop's own. */
  private letImport(role: Role, data: DataStack): void {
    const kept = ['imported/*', `features/set=${IMPORTED_SET}/*`];
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject'],
        resources: kept.map((prefix) => data.lake.arnForObjects(prefix)),
      }),
    );
    const keys = [`features#${IMPORTED_SET}#*`, `history#features#${IMPORTED_SET}#*`];
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [data.batches.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
      }),
    );
  }

  /** Dataset versions that are rebuilt or imported, with their files: named by content, nothing is removed. */
  private letRebuild(role: Role, data: DataStack): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject'],
        resources: ['features/*', 'labels/*', 'datasets/*'].map((prefix) => data.lake.arnForObjects(prefix)),
      }),
    );
    role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [data.datasets.tableArn] }),
    );
  }

  private watchAccess(): void {
    const logs = new LogGroup(this, 'AccessLogs', { retention: RetentionDays.THREE_MONTHS });
    const stage = this.api.defaultStage?.node.defaultChild as CfnStage;
    stage.accessLogSettings = {
      destinationArn: logs.logGroupArn,
      format: JSON.stringify({
        time: '$context.requestTime',
        id: '$context.requestId',
        caller: '$context.identity.userArn',
        route: '$context.routeKey',
        status: '$context.status',
        latencyMs: '$context.responseLatency',
      }),
    };
  }
}
