import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAYLOAD_LIMIT_BYTES } from '../../../local/lambda/definition.ts';
import { createFixture, type LambdaFixture } from './fixture.ts';

let fixture: LambdaFixture;
beforeAll(() => {
  fixture = createFixture();
});
afterAll(() => fixture.close());

describe('an invocation', () => {
  test('hands event and context over and brings the answer back', async () => {
    fixture.add(
      'echo',
      'exports.handler = async (event, context) => ({ event, name: context.functionName, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() > 9000 });',
    );
    expect(await fixture.call('echo', { a: 'ü' })).toEqual({
      event: { a: 'ü' },
      name: 'echo',
      arn: 'arn:aws:lambda:ap-south-1:000000000000:function:echo',
      left: true,
    });
  });

  test('takes an ARN, and answers null for undefined', async () => {
    fixture.add('nothing', 'exports.handler = async () => undefined;');
    expect(await fixture.call('arn:aws:lambda:ap-south-1:000000000000:function:nothing')).toBeNull();
  });

  test('uses a warm process again', async () => {
    fixture.add(
      'warm',
      'let calls = 0; exports.handler = async () => ({ calls: ++calls, pid: process.pid });',
    );
    const first = (await fixture.call('warm')) as { pid: number };
    expect(await fixture.call('warm')).toEqual({ calls: 2, pid: first.pid });
  });

  test('runs at most two at once and lets the rest wait', async () => {
    fixture.add(
      'slow',
      'exports.handler = async () => { await new Promise((r) => setTimeout(r, 50)); return process.pid; };',
    );
    const pids = await Promise.all(Array.from({ length: 6 }, () => fixture.call('slow')));
    expect(new Set(pids).size).toBe(2);
  });

  test('is throttled beyond the reserved concurrency, unless it stands in line', async () => {
    fixture.add(
      'single',
      'exports.handler = async () => { await new Promise((r) => setTimeout(r, 100)); return 1; };',
      { reservedConcurrency: 1 },
    );
    const first = fixture.call('single');
    await expect(fixture.call('single')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    expect(await fixture.lambda.invoke('single', '{}', { wait: true })).toEqual({ ok: true, payload: '1' });
    expect(await first).toBe(1);
  });

  test('of an unknown function is an error that names it', async () => {
    await expect(fixture.call('nobody')).rejects.toThrow('Function not found: nobody');
  });

  test('of another runtime is an error that names it', async () => {
    fixture.add('python', '', { runtime: 'python3.13' });
    await expect(fixture.call('python')).rejects.toThrow(
      'python: expected a Node.js runtime to run locally, was python3.13',
    );
  });
});

describe('errors as Lambda reports them', () => {
  test('name, message and trace of what the handler threw, with its cause', async () => {
    fixture.add(
      'throws',
      "class Conflict extends Error { name = 'Conflict'; } exports.handler = async () => { throw new Conflict('taken', { cause: new TypeError('why') }); };",
    );
    expect(await fixture.call('throws')).toMatchObject({
      errorType: 'Conflict',
      errorMessage: 'taken',
      trace: expect.arrayContaining([expect.stringContaining('taken')]),
      cause: { errorType: 'TypeError', errorMessage: 'why' },
    });
    await expect.poll(() => fixture.log('throws')).toContain('"errorType":"Conflict"');
  });

  test('a task that runs out of time is killed, and the next one runs', async () => {
    fixture.add(
      'hangs',
      'exports.handler = async ({ hang }) => (hang ? new Promise(() => setInterval(() => {}, 1000)) : 1);',
      { timeoutSeconds: 0.3 },
    );
    expect(await fixture.call('hangs', { hang: true })).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 0.30 seconds'),
    });
    expect(await fixture.call('hangs')).toBe(1);
  });

  test('a task beyond its memory is killed', async () => {
    fixture.add(
      'grows',
      'exports.handler = async () => { const kept = []; for (;;) { kept.push(Buffer.alloc(2 ** 25, 1)); await new Promise((r) => setTimeout(r, 5)); } };',
      { memoryMb: 128 },
    );
    expect(await fixture.call('grows')).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(
        /signal: killed: \d+ MB resident, allowed 320 MB \(MemorySize 128\)/,
      ),
    });
  });

  test('a process that exits', async () => {
    fixture.add('exits', 'exports.handler = async () => process.exit(3);');
    expect(await fixture.call('exits')).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('Runtime exited with error: exit status 3'),
    });
  });

  test.each([
    ['a missing export', 'exports.other = 1;', 'Runtime.HandlerNotFound'],
    [
      'a callback',
      'exports.handler = (event, context, callback) => callback();',
      'Runtime.CallbackHandlerDeprecated',
    ],
    ['an error while loading', "throw new RangeError('at load');", 'RangeError'],
    ['a package that neither code nor layers hold', "require('zod');", 'Error'],
  ])('%s', async (title, code, errorType) => {
    const name = fixture.add(`init-${title.replaceAll(' ', '-')}`, code);
    expect(await fixture.call(name)).toMatchObject({ errorType });
    expect(await fixture.call(name)).toMatchObject({ errorType });
  });

  test('an answer above 6 MB', async () => {
    fixture.add('large', `exports.handler = async ({ bytes }) => 'x'.repeat(bytes);`);
    expect(await fixture.call('large', { bytes: PAYLOAD_LIMIT_BYTES - 2 })).toHaveLength(
      PAYLOAD_LIMIT_BYTES - 2,
    );
    expect(await fixture.call('large', { bytes: PAYLOAD_LIMIT_BYTES })).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });
});

describe('the environment of a function', () => {
  const SHOW =
    'exports.handler = async ({ names }) => Object.fromEntries(names.map((n) => [n, process.env[n]]));';

  test('is the template’s, with role keys and endpoints, and nothing of a person’s profile', async () => {
    process.env['AWS_PROFILE'] = 'mine';
    fixture.add('env', SHOW, { environment: { TABLE: 't' } });
    const names = [
      'TABLE',
      'AWS_REGION',
      'AWS_ACCESS_KEY_ID',
      'AWS_ENDPOINT_URL_SQS',
      'POWERTOOLS_TRACE_ENABLED',
      'AWS_PROFILE',
      'TZ',
    ];
    expect(await fixture.call('env', { names })).toEqual({
      TABLE: 't',
      AWS_REGION: 'ap-south-1',
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1/aws/sqs',
      POWERTOOLS_TRACE_ENABLED: 'false',
      TZ: 'UTC',
    });
    delete process.env['AWS_PROFILE'];
  });

  test('leads /opt and require to the layers, the later one first', async () => {
    const layers = ['one', 'two'].map((name) => join(fixture.directory, 'layers', name));
    for (const layer of layers) {
      mkdirSync(join(layer, 'nodejs', 'node_modules', 'native'), { recursive: true });
      writeFileSync(
        join(layer, 'nodejs', 'node_modules', 'native', 'index.js'),
        `module.exports = ${JSON.stringify(layer)};`,
      );
    }
    mkdirSync(join(layers[0]!, 'lib'));
    writeFileSync(join(layers[0]!, 'lib', 'libx.so'), '');
    fixture.add(
      'layered',
      "exports.handler = async () => ({ native: require('native'), lib: process.env.LIB, paths: process.env.LD_LIBRARY_PATH });",
      {
        layerFolders: layers,
        environment: { LIB: '/opt/lib/libx.so' },
      },
    );
    expect(await fixture.call('layered')).toEqual({
      native: layers[1],
      lib: join(layers[0]!, 'lib', 'libx.so'),
      paths: expect.stringContaining(join(layers[1]!, 'lib')),
    });
  });
});

test('output goes to the function’s log file, with a report line per invocation', async () => {
  fixture.add('talks', "exports.handler = async () => console.log('hello');");
  await fixture.call('talks');
  await expect.poll(() => fixture.log('talks')).toContain('hello\n');
  await expect
    .poll(() => fixture.log('talks'))
    .toMatch(/REPORT RequestId: [0-9a-f-]{36} Duration: [\d.]+ ms\n/);
});
