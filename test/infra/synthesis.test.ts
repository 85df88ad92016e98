import { existsSync, globSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImage } from '../../local/sagemaker/image.ts';
import { JOURNEY } from '../../shared/journey.ts';
import { type Deployed, type Found, flat, readDeployed } from './deployed.ts';
import { buildLayers, ROOT, synthesise, type Template, templatesIn } from './synthesise.ts';

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
  deployed = readDeployed(templates);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let deployed: Deployed;
const ofType = (type: string) => deployed.ofType(type);
const part = (stage: string, name: string) => deployed.part(stage, name);

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
  }, 180_000);
});

describe('the paper broker', () => {
  it('is off while no exchange is named: its schedule rests, and the bus sends it nothing', () => {
    const all = Object.values(templates).flatMap(({ Resources }) => Object.entries(Resources));
    const schedule = all.find(
      ([id, { Type }]) => id.startsWith('BrokerSchedule') && Type === 'AWS::Scheduler::Schedule',
    );
    expect(schedule?.[1].Properties.State).toBe('DISABLED');
    const filters = all.flatMap(([, { Type, Properties }]) =>
      Type === 'AWS::SNS::Subscription' ? [Properties.FilterPolicy?.exchange] : [],
    );
    expect(filters).toContainEqual(['none']);
  });
});

const sourceOf = (stage: string, file: string) => readFileSync(join(ROOT, 'functions', stage, file), 'utf8');

/** The names that a handler's shared wiring wants to be told. */
function wiredBy(stage: string, source: string): string {
  const wiring = /from '\.\/([a-z-]+\.wiring\.ts)'/.exec(source)?.[1];
  if (wiring === undefined) return '';
  return /export const [A-Z_]+ = \[([^\]]*)\] as const/.exec(sourceOf(stage, wiring))?.[1] ?? '';
}

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
      const source = sourceOf(stage!, `${name}.handler.ts`);
      const list = /readEnv\(process\.env, \[([^\]]*)\]/.exec(source)?.[1] ?? '';
      const read = [...`${list}${wiredBy(stage!, source)}`.matchAll(/'([A-Z_0-9]+)'/g)].map(
        ([, key]) => key as string,
      );
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

  it('are four, in JSONata, and right for asl-validator', () => {
    expect(definitions()).toHaveLength(4);
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

describe('the training image', () => {
  const image = () => {
    const assets = JSON.parse(readFileSync(join(folder, 'test-pipeline.assets.json'), 'utf8'));
    const images = Object.entries<{ source: { directory: string; platform: string } }>(assets.dockerImages);
    expect(images).toHaveLength(1);
    const [tag, { source }] = images[0]!;
    return { tag, directory: join(folder, source.directory), platform: source.platform };
  };

  it('is a folder that Docker can build: program, worker, native code, and a Dockerfile for them', () => {
    const { directory } = image();
    for (const file of ['Dockerfile', 'index.js', 'worker.js', 'lib/lib_lightgbm.so', 'lib/libgomp.so.1']) {
      expect(existsSync(join(directory, file)), file).toBe(true);
    }
    for (const name of ['koffi', 'onnxruntime-node']) {
      expect(lstatSync(join(directory, 'node_modules', name)).isDirectory(), name).toBe(true);
    }
    expect(readImage(directory)).toEqual({
      folder: directory,
      environment: { LD_LIBRARY_PATH: join(directory, 'lib') },
      entrypoint: ['node', 'index.js'],
      labels: {},
    });
  });

  it('is what both machines that train ask SageMaker for, with what the training function reads', () => {
    const { tag } = image();
    const { Environment } = part('train', 'candidate').Properties;
    const tasks = ofType('AWS::StepFunctions::StateMachine')
      .map(({ Properties }) => flat(Properties.DefinitionString))
      .filter((text) => text.includes('sagemaker:createTrainingJob.sync'));
    expect(tasks).toHaveLength(2);
    for (const text of tasks) {
      expect(text).toContain(`:${tag}`);
      for (const [name, value] of Object.entries(Environment.Variables)) {
        if (/_(TABLE|BUCKET)$/.test(name)) expect(text).toContain(`"${name}":"${flat(value)}"`);
      }
    }
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
  }, 180_000);
});
