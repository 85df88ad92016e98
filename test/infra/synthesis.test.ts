import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOURNEY } from '../../shared/journey.ts';
import { buildLayers, type Resource, ROOT, synthesise, type Template, templatesIn } from './synthesise.ts';

interface Validation {
  readonly isValid: boolean;
  readonly errorsText: (separator?: string) => string;
}
const aslValidate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => Validation;

const folder = mkdtempSync(join(tmpdir(), 'synthesis-'));
let templates: Readonly<Record<string, Template>>;
beforeAll(async () => {
  await buildLayers();
  await synthesise(folder);
  templates = templatesIn(folder);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Found extends Resource {
  readonly stack: string;
  readonly id: string;
}

/** Every resource of a type, over all stacks. */
function ofType(type: string): Found[] {
  return Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({ stack, id, ...resource })),
  );
}

/** Text with `Fn::Join` and references written out as `${LogicalId}`. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, ...rest } = value as Record<string, unknown>;
  if (Ref !== undefined) return `\${${Ref}}`;
  const [intrinsic, given] = Object.entries(rest)[0] ?? ['', ''];
  if (intrinsic === 'Fn::Join') return (given as [string, unknown[]])[1].map(flat).join('');
  return `\${${[given].flat().join('.')}}`;
}

/** The function of functions/<stage>/<part>.handler.ts, and what its role allows: action -> resources. */
function part(stage: string, name: string): Found {
  const prefix = `${stage}${name}`.replace(/[^a-z0-9]/gi, '');
  const found = ofType('AWS::Lambda::Function').filter(({ id }) => id.startsWith(prefix));
  expect(found, `functions/${stage}/${name}`).toHaveLength(1);
  return found[0]!;
}

function allowed(stage: string, name: string): Map<string, string[]> {
  const { Properties } = part(stage, name);
  const role = Properties.Role['Fn::GetAtt'][0];
  const policies = ofType('AWS::IAM::Policy').filter((one) =>
    one.Properties.Roles.some((r: Resource) => flat(r) === `\${${role}}`),
  );
  const statements = policies.flatMap((one) => one.Properties.PolicyDocument.Statement);
  const actions = new Map<string, string[]>();
  for (const { Action, Resource: resources } of statements) {
    for (const action of [Action].flat()) {
      actions.set(action, [...(actions.get(action) ?? []), ...[resources].flat().map(flat)]);
    }
  }
  return actions;
}

const namesOf = (resources: readonly string[] = []) => resources.join(' ');

describe('the synthesis', () => {
  it('is clean for the checks: what is accepted has its reason', () => {
    const { pluginReports } = JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8'));
    for (const { pluginName, conclusion, violations, suppressedViolations } of pluginReports) {
      expect([conclusion, violations], pluginName).toEqual(['success', []]);
      for (const { ruleName, reason } of suppressedViolations) expect(reason, ruleName).toMatch(/\w{3} \w+/);
    }
  });

  it('fails on what cdk-nag finds', async () => {
    const bad = synthesise(join(folder, 'bad'), {}, 'test/infra/badly-made-app.ts');
    await expect(bad).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('AwsSolutions-S1') });
  });

  it('makes the same templates again', async () => {
    const again = mkdtempSync(join(tmpdir(), 'synthesis-'));
    try {
      await synthesise(again);
      expect(templatesIn(again)).toEqual(templates);
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  }, 60_000);

  it.each([
    ['environment', 'Prod!', /context environment: expected 2 to 16/],
    ['architecture', 'mips', /context architecture: expected arm64 or x64, was mips/],
    ['alertEmail', 7, /context alertEmail: expected text, was 7/],
  ])('names a wrong %s', async (key, value, message) => {
    const elsewhere = join(folder, 'refused');
    await expect(synthesise(elsewhere, { [key]: value })).rejects.toMatchObject({
      stderr: expect.stringMatching(message),
    });
  });
});

describe('functions', () => {
  const handlers = globSync('functions/*/*.handler.ts', { cwd: ROOT }).map((file) => [
    basename(dirname(file)),
    basename(file, '.handler.ts'),
  ]);

  it.each(handlers)('%s/%s is deployed with its bundle', (stage, name) => {
    const { stack, Properties } = part(stage!, name!);
    const assets = JSON.parse(readFileSync(join(folder, `${stack}.assets.json`), 'utf8'));
    const hash = Properties.Code.S3Key.replace('.zip', '');
    const path = assets.files[hash].source.path;
    expect(existsSync(join(folder, path, 'index.js'))).toBe(true);
    expect(Properties).toMatchObject({ Handler: 'index.handler', Runtime: 'nodejs24.x' });
  });

  it('are all of the handlers, and every stage has one', () => {
    const ours = ofType('AWS::Lambda::Function').filter(
      ({ Properties }) => Properties.Handler === 'index.handler',
    );
    const service = ({ Properties }: Found) => Properties.Environment?.Variables?.POWERTOOLS_SERVICE_NAME;
    expect(ours.filter(service)).toHaveLength(handlers.length);
    const stages = new Set(ours.map(service));
    for (const { name } of JOURNEY) expect(stages).toContain(name);
  });

  it('have every variable that their source reads, and no table, bucket or queue that it does not', () => {
    for (const [stage, name] of handlers) {
      const source = readFileSync(join(ROOT, 'functions', stage!, `${name}.handler.ts`), 'utf8');
      const list = /readEnv\(process\.env, \[([^\]]*)\]/.exec(source)?.[1] ?? '';
      const read = [...list.matchAll(/'([A-Z_0-9]+)'/g)].map(([, key]) => key as string);
      const given = Object.keys(part(stage!, name!).Properties.Environment.Variables);
      const byLambda = ['AWS_REGION', 'LD_LIBRARY_PATH'];
      for (const key of read) expect([...given, ...byLambda], `${stage}/${name}`).toContain(key);
      for (const key of given.filter((one) => /_(TABLE|BUCKET|QUEUE|TOPIC)$/.test(one))) {
        expect(read, `${stage}/${name} reads ${key}`).toContain(key);
      }
    }
  });

  it('that consume a queue finish well before its messages show up again', () => {
    const queues = new Map(ofType('AWS::SQS::Queue').map((queue) => [queue.id, queue]));
    const sources = ofType('AWS::Lambda::EventSourceMapping');
    expect(sources.length).toBeGreaterThan(4);
    for (const { Properties } of sources) {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      const queue = [...queues.values()].find(({ id }) =>
        JSON.stringify(Properties.EventSourceArn).includes(id),
      )!;
      const lambda = ofType('AWS::Lambda::Function').find(({ id }) => id === Properties.FunctionName.Ref)!;
      const window = Properties.MaximumBatchingWindowInSeconds ?? 0;
      const needed = 6 * lambda.Properties.Timeout + window;
      expect(queue.Properties.VisibilityTimeout, lambda.id).toBeGreaterThanOrEqual(Math.min(needed, 360));
    }
  });
});

describe('state machines', () => {
  const definitions = () =>
    ofType('AWS::StepFunctions::StateMachine').map(({ id, Properties }) => ({
      id,
      definition: JSON.parse(
        flat(Properties.DefinitionString).replaceAll(
          /\$\{([\w.]+)\}/g,
          'arn:aws:x:ap-south-1:111122223333:y:$1',
        ),
      ),
    }));

  it('are two, in JSONata, and right for asl-validator', () => {
    expect(definitions()).toHaveLength(2);
    for (const { id, definition } of definitions()) {
      expect(definition.QueryLanguage, id).toBe('JSONata');
      const { isValid, errorsText } = aslValidate(definition);
      expect(isValid ? '' : errorsText('\n'), id).toBe('');
    }
  });

  it('are told wrong by the validator when a state is', () => {
    const { definition } = definitions()[0]!;
    const broken = {
      ...definition,
      States: { ...definition.States, Broken: { Type: 'Task', Next: 'Nowhere' } },
    };
    expect(aslValidate(broken).isValid).toBe(false);
  });
});

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

  it('lets the audit function add to the log and never remove from it', () => {
    const actions = allowed('audit', 'queue');
    expect(namesOf(actions.get('s3:PutObject'))).toMatch(/AuditLog.*\/log\/\*/);
    expect([...actions.keys()].filter((action) => /s3:(Delete|Bypass)/.test(action))).toEqual([]);
  });

  it('lets only the switch and the refusal of a promotion, training and evaluation write models', () => {
    const writers = globSync('functions/*/*.handler.ts', { cwd: ROOT })
      .map((file) => [basename(dirname(file)), basename(file, '.handler.ts')] as const)
      .filter(([stage, name]) => /Models/.test(namesOf(allowed(stage, name).get('dynamodb:PutItem'))))
      .map(([stage, name]) => `${stage}/${name}`);
    expect(writers.sort()).toEqual([
      'evaluate/verdict',
      'promote/refuse',
      'promote/switch',
      'train/candidate',
    ]);
  });

  it('lets the confirming function ask for a score and nothing else of the API', () => {
    const invoke = allowed('promote', 'confirm').get('execute-api:Invoke') ?? [];
    expect(invoke).toHaveLength(1);
    expect(invoke[0]).toMatch(/\/\$default\/POST\/v1\/score$/);
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

describe('names', () => {
  const NAMED = ['FunctionName', 'QueueName', 'TopicName', 'BucketName', 'TableName', 'StateMachineName'];
  const ALSO_NAMED = ['RoleName', 'LogGroupName', 'AlarmName', 'LayerName', 'UserName', 'PolicyName'];
  const REFERS = new Set(['AWS::Lambda::Permission', 'AWS::Lambda::EventSourceMapping', 'AWS::IAM::Policy']);

  it('that are physical belong to log groups only, differ, and say which environment they belong to', () => {
    const named = Object.values(templates).flatMap(({ Resources }) =>
      Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
        REFERS.has(Type)
          ? []
          : [...NAMED, ...ALSO_NAMED]
              .filter((key) => Properties[key] !== undefined)
              .map((key) => ({ Type, name: flat(Properties[key]) })),
      ),
    );
    expect([...new Set(named.map(({ Type }) => Type))]).toEqual(['AWS::Logs::LogGroup']);
    expect(new Set(named.map(({ name }) => name)).size).toBe(named.length);
    for (const { name } of named) expect(name).toMatch(/\/test-/);
  });

  it('of two environments in one account do not collide', async () => {
    const other = mkdtempSync(join(tmpdir(), 'synthesis-'));
    try {
      await synthesise(other, { environment: 'other' });
      const stacks = [...Object.keys(templates), ...Object.keys(templatesIn(other))];
      expect(new Set(stacks).size).toBe(stacks.length);
      const text = JSON.stringify(templatesIn(other));
      expect(text).not.toMatch(/\btest-(data|api|pipeline|monitoring)/);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  }, 60_000);
});
