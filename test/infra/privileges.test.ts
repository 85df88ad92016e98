import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployed, flat, readDeployed } from './deployed.ts';
import { buildLayers, ROOT, synthesise, templatesIn } from './synthesise.ts';

const folder = mkdtempSync(join(tmpdir(), 'privileges-'));
let deployed: Deployed;
beforeAll(async () => {
  await buildLayers();
  await synthesise(folder);
  deployed = readDeployed(templatesIn(folder));
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ofType = (type: string) => deployed.ofType(type);
const allowed = (stage: string, name: string) => deployed.allowed(stage, name);
const everyHandler = () =>
  globSync('functions/*/*.handler.ts', { cwd: ROOT }).map(
    (file) => [basename(dirname(file)), basename(file, '.handler.ts')] as const,
  );
const namesOf = (resources: readonly string[] = []) => resources.join(' ');

describe('queues', () => {
  it('each have a dead-letter queue with a limit, except the dead letters themselves', () => {
    const queues = ofType('AWS::SQS::Queue');
    const dead = queues.filter(({ id }) => /DeadLetters/.test(id));
    expect(dead.length).toBeGreaterThan(0);
    expect(queues).toHaveLength(2 * dead.length);
    const deadIds = new Set(dead.map(({ id }) => id));
    const used = queues
      .filter(({ id }) => !deadIds.has(id))
      .map(({ id, Properties }) => {
        expect(Properties.RedrivePolicy?.maxReceiveCount, id).toBe(5);
        return Properties.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0];
      });
    expect(new Set(used)).toEqual(deadIds);
  });

  it('refuse what is not encrypted on its way', () => {
    const policies = ofType('AWS::SQS::QueuePolicy');
    expect(policies).toHaveLength(ofType('AWS::SQS::Queue').length);
    for (const { id, Properties } of policies) {
      const denies = Properties.PolicyDocument.Statement.filter(
        (one: { Effect: string }) => one.Effect === 'Deny',
      );
      expect(JSON.stringify(denies), id).toContain('"aws:SecureTransport":"false"');
    }
  });
});

describe('readers of the bus', () => {
  it('have a queue that the topic may fill, each message as it was published, with an alarm on its dead letters', () => {
    const subscriptions = ofType('AWS::SNS::Subscription').filter(
      ({ Properties }) => Properties.Protocol === 'sqs',
    );
    expect(subscriptions.length).toBeGreaterThan(0);
    expect(namesOf(subscriptions.map(({ Properties }) => flat(Properties.Endpoint)))).toContain('ToArchive');
    const alarms = ofType('AWS::CloudWatch::Alarm')
      .map(({ id }) => id)
      .join(' ');
    for (const { Properties } of subscriptions) {
      expect(Properties.RawMessageDelivery).toBe(true);
      const reader = /To[A-Z][a-z]+/.exec(flat(Properties.Endpoint))?.[0] as string;
      expect(alarms).toContain(`${reader}DeadLetters`);
    }
  });
});

describe('least privilege', () => {
  it('lets the ingest function send, and touch no table and no bucket', () => {
    const actions = [...allowed('ingest', 'snapshots').keys()];
    expect(actions).toContain('sqs:SendMessage');
    expect(actions.filter((action) => /^(s3|dynamodb|states|sns):/.test(action))).toEqual([]);
  });

  it('lets scoring read models and the window, and never write a model or the lake', () => {
    const actions = allowed('score', 'queue');
    expect(namesOf(actions.get('s3:GetObject'))).toMatch(/models\/\*/);
    expect(actions.has('s3:PutObject')).toBe(false);
    const writes = actions.get('dynamodb:PutItem') ?? [];
    expect(namesOf(writes)).toContain('Recommendations');
    expect(namesOf(writes)).not.toMatch(/Models|OnlineWindow|Risk/);
  });

  it('lets the archiver write what it archives in the lake, and touch no table, no log and no topic', () => {
    const actions = allowed('audit', 'archive');
    expect(namesOf(actions.get('s3:PutObject'))).toMatch(
      /Lake.*recommendations\/\*.*Lake.*trades\/\*.*Lake.*feedback\/\*.*Lake.*controls\/\*$/,
    );
    expect(namesOf(actions.get('s3:PutObject'))).not.toContain('AuditLog');
    expect([...actions.keys()].filter((action) => /^(dynamodb|sns|states):|s3:Delete/.test(action))).toEqual(
      [],
    );
  });

  it('lets nobody that scores reach the bus or its readers', () => {
    for (const part of ['queue', 'request']) {
      const actions = allowed('score', part);
      expect(actions.has('sns:Publish'), part).toBe(false);
      expect(namesOf(actions.get('sqs:SendMessage')), part).not.toMatch(/ToArchive|ToBroker/);
    }
  });

  it('lets a challenger and what judges it write their own table, and nothing that is live', () => {
    for (const [stage, name] of [
      ['score', 'shadow'],
      ['outcome', 'shadow'],
      ['score', 'challenger'],
    ] as const) {
      const actions = allowed(stage, name);
      for (const action of ['dynamodb:PutItem', 'dynamodb:UpdateItem']) {
        const tables = (actions.get(action) ?? []).filter((on) => !on.includes('/index/'));
        expect(tables, `${stage}/${name}`).toEqual([expect.stringMatching(/Shadows/)]);
      }
      const others = [...actions.keys()].filter((one) =>
        /^(s3:Put|sqs:Send|sns:|states:|execute-api:)/.test(one),
      );
      expect(others, `${stage}/${name}`).toEqual([]);
    }
  });

  it('lets live scoring look up the challenger, and write nothing of it but a message', () => {
    for (const name of ['queue', 'request']) {
      const actions = allowed('score', name);
      expect(namesOf(actions.get('dynamodb:GetItem'))).toMatch(/Shadows/);
      expect(namesOf(actions.get('dynamodb:PutItem'))).not.toMatch(/Shadows/);
      expect(namesOf(actions.get('sqs:SendMessage'))).toMatch(/ToShadow/);
    }
  });

  it('lets the operator alone set a challenger: the tracker and the viewer may not call the route', () => {
    const routes = (role: string) =>
      ofType('AWS::IAM::Policy')
        .filter(({ id }) => id.startsWith(`Role${role}`))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .filter((one) => [one.Action].flat().includes('execute-api:Invoke'))
        .flatMap((one) => [one.Resource].flat().map((on) => flat(on).replace(/^.*\$default\//, '')));
    expect(routes('operator')).toEqual(['POST/*', 'GET/*']);
    expect(routes('viewer')).toEqual(['GET/*']);
    expect(routes('tracker').filter((route) => /shadow|\*/.test(route))).toEqual([]);
    expect(routes('tracker')).toContain('POST/v1/score');
  });

  it('lets evaluation read what was answered and what it was made of, and write neither', () => {
    const actions = allowed('evaluate', 'verdict');
    expect(namesOf(actions.get('dynamodb:Query'))).toMatch(/Recommendations/);
    expect(namesOf(actions.get('dynamodb:PutItem'))).not.toMatch(/Recommendations/);
    expect(namesOf(actions.get('s3:GetObject'))).toMatch(/features\//);
    expect(namesOf(actions.get('s3:PutObject'))).not.toMatch(/features\/|models\/|chain\//);
  });

  it('lets the audit function add to the log and never remove from it', () => {
    const actions = allowed('audit', 'queue');
    expect(namesOf(actions.get('s3:PutObject'))).toMatch(/AuditLog.*\/log\/\*/);
    expect([...actions.keys()].filter((action) => /s3:(Delete|Bypass)/.test(action))).toEqual([]);
  });

  it('lets the operator read the audit log, and nobody of the roles write there', () => {
    const onAudit = (role: string) =>
      ofType('AWS::IAM::Policy')
        .filter(({ id }) => id.startsWith(`Role${role}`))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .filter((one) => [one.Resource].flat().some((on) => flat(on).includes('AuditLog')))
        .map((one) => [
          one.Action,
          [one.Resource].flat().map((on) => flat(on).replace(/^.*AuditLog[^/]*/, '')),
        ]);
    expect(onAudit('operator')).toEqual([
      [
        ['s3:GetObject', 's3:ListBucket'],
        ['', '/log/*'],
      ],
    ]);
    expect([onAudit('viewer'), onAudit('tracker')]).toEqual([[], []]);
  });

  it('lets nobody remove from a table, but the switch a pointer that did not answer', () => {
    const removers = everyHandler()
      .filter(([stage, name]) =>
        [...allowed(stage, name).keys()].some((action) => /dynamodb:(Delete|BatchWrite)/.test(action)),
      )
      .map(([stage, name]) => `${stage}/${name}`);
    expect(removers).toEqual(['promote/switch']);
  });

  it('lets only the parts of a promotion that record, training and evaluation write models', () => {
    const writers = everyHandler()
      .filter(([stage, name]) => /Models/.test(namesOf(allowed(stage, name).get('dynamodb:PutItem'))))
      .map(([stage, name]) => `${stage}/${name}`);
    const promoting = ['ask', 'backend', 'refuse', 'settle', 'switch'].map((part) => `promote/${part}`);
    expect(writers.sort()).toEqual(['evaluate/verdict', ...promoting, 'train/candidate', 'train/import']);
  });

  it('lets only what scores live moments and requests ask endpoints, and those of its environment', () => {
    const asked = everyHandler().flatMap(([stage, name]) => {
      const endpoints = allowed(stage, name).get('sagemaker:InvokeEndpoint');
      return endpoints === undefined ? [] : [`${stage}/${name} ${namesOf(endpoints).split(':').at(-1)}`];
    });
    const own = 'endpoint/test-score-*';
    expect(asked.sort()).toEqual([`score/queue ${own}`, `score/request ${own}`]);
  });

  it('lets a training job what it lets the training function, and write its report besides', () => {
    const rights = (role: RegExp) =>
      ofType('AWS::IAM::Policy')
        .filter(({ id }) => role.test(id))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .flatMap((one) =>
          [one.Action].flat().flatMap((action) => [one.Resource].flat().map((on) => `${action} ${flat(on)}`)),
        )
        .filter((right) => /^(s3|dynamodb|sqs|sns|states|lambda):/.test(right));
    const job = rights(/^TrainingJobRole/);
    const train = rights(/^traincandidateRole/);
    expect(train.length).toBeGreaterThan(10);
    expect(train.filter((right) => !job.includes(right))).toEqual([]);
    const more = job.filter((right) => !train.includes(right));
    expect(more.filter((right) => !/^s3:(Get|Put)Object .*\/training-jobs\/\*$/.test(right))).toEqual([]);
  });

  it('lets a machine that trains create jobs of this environment, wait for them and read their reports', () => {
    for (const machine of ['Nightly', 'Training']) {
      const statements = ofType('AWS::IAM::Policy')
        .filter(({ id }) => id.startsWith(`${machine}MachineRole`))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
      const of = (action: string) => statements.filter((one) => [one.Action].flat().includes(action));
      for (const action of ['Create', 'Describe', 'Stop'].map((word) => `sagemaker:${word}TrainingJob`)) {
        expect(
          of(action).map(({ Resource: on }) => flat(on)),
          machine,
        ).toEqual([expect.stringMatching(/:training-job\/test-train-\*$/)]);
      }
      const [passed, ...others] = of('iam:PassRole');
      expect(others).toEqual([]);
      expect(flat(passed.Resource)).toMatch(/^\$\{TrainingJobRole/);
      expect(passed.Condition).toEqual({
        StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
      });
      expect(of('events:PutRule').map(({ Resource: on }) => flat(on))).toEqual([
        expect.stringMatching(/:rule\/StepFunctionsGetEventsForSageMakerTrainingJobsRule$/),
      ]);
      expect(of('s3:GetObject').map(({ Resource: on }) => flat(on))).toEqual([
        expect.stringMatching(/\/training-jobs\/\*$/),
      ]);
    }
  });

  it('lets the confirming function ask for a score and nothing else of the API', () => {
    const invoke = allowed('promote', 'confirm').get('execute-api:Invoke') ?? [];
    expect(invoke).toHaveLength(1);
    expect(invoke[0]).toMatch(/\/\$default\/POST\/v1\/score$/);
  });

  it('lets the watch over what bakes start the promotion machine, and write nothing', () => {
    const actions = allowed('promote', 'bake');
    expect(actions.get('states:StartExecution')).toEqual([expect.stringMatching(/^\$\{PromotionMachine/)]);
    expect([...actions.keys()].filter((action) => /^(dynamodb|s3):(Put|Update|Delete)/.test(action))).toEqual(
      [],
    );
  });

  it('lets the operator and whoever takes an older promotion off answer tokens of the promotion machine only', () => {
    const answering = ofType('AWS::IAM::Policy').flatMap(({ id, Properties }) =>
      Properties.PolicyDocument.Statement.filter((one: { Action: string | string[] }) =>
        [one.Action].flat().some((action) => action.startsWith('states:SendTask')),
      ).map((one: { Action: string; Resource: unknown }) => [id, one.Action, flat(one.Resource)]),
    );
    expect(answering.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'AskAnswers',
      'OperatorAnswers',
    ]);
    for (const [, action, resource] of answering) {
      expect(action).toBe('states:SendTaskSuccess');
      expect(resource).toMatch(/^\$\{PromotionMachine/);
    }
  });

  it('gives no function an action on everything', () => {
    for (const file of globSync('functions/*/*.handler.ts', { cwd: ROOT })) {
      const actions = allowed(basename(dirname(file)), basename(file, '.handler.ts'));
      for (const [action, resources] of actions) {
        expect(action, file).not.toContain('*');
        if (!action.startsWith('xray:')) expect(resources, `${file} ${action}`).not.toContain('*');
      }
    }
  });

  it('keeps every bucket private, encrypted and versioned, and the audit log locked', () => {
    const buckets = ofType('AWS::S3::Bucket');
    for (const { id, Properties } of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration), id).toEqual([true, true, true, true]);
      expect(Properties.VersioningConfiguration.Status, id).toBe('Enabled');
      expect(Properties.BucketEncryption, id).toBeDefined();
    }
    const locked = buckets.filter(({ Properties }) => Properties.ObjectLockEnabled).map(({ id }) => id);
    expect(locked).toEqual([expect.stringMatching(/^AuditLog/)]);
  });
});
