import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { connect, deadLettersIn, readLocalEndpoint, runningEnvironments } from '../../cli/connection.ts';

const folder = vi.hoisted(() => {
  const made = process.getBuiltinModule('node:fs').mkdtempSync('/tmp/environments-');
  process.env['OI_ENVIRONMENTS'] = made;
  return made;
});
const standIns: ChildProcess[] = [];
afterEach(() => {
  for (const one of standIns.splice(0)) one.kill();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OUTPUTS = {
  'test-api': { ApiEndpoint: 'http://127.0.0.1:4570/api' },
  'test-data': {
    LakeBucket: 'lake',
    AuditBucket: 'audit',
    BatchesTable: 'batches',
    DatasetsTable: 'datasets',
    ModelsTable: 'models',
    RecommendationsTable: 'recommendations',
  },
  'test-pipeline': { NightlyMachineArn: 'arn:nightly', PromotionMachineArn: 'arn:promotion' },
};
const key = (name: string) => ({ accessKeyId: name, secretAccessKey: `${name}-secret` });
/** A process id that was free a moment ago. */
const ENDED = spawnSync(process.execPath, ['-e', '']).pid;

/** A process that is called as a local cloud of the environment is, and only waits. @returns its id. */
function standIn(name: string, script = 'local/main.ts'): number {
  const args = ['-c', 'read line', script, '--directory', join(folder, name, 'state')];
  const child = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'] });
  standIns.push(child);
  return child.pid ?? 0;
}

/** Describes a local cloud as it does itself. */
function describeCloud(name: string, pid = standIn(name), outputs: object = OUTPUTS): void {
  const state = join(folder, name, 'state');
  mkdirSync(state, { recursive: true });
  const content = {
    endpoint: 'http://127.0.0.1:4570',
    pid,
    token: 'secret',
    keys: { tracker: key('T'), operator: key('O'), viewer: key('V') },
    environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4570' },
    outputs,
  };
  writeFileSync(join(state, 'endpoint.json'), JSON.stringify(content));
}

describe('connect', () => {
  it('finds the only one that runs, with its keys, tables and variables', () => {
    describeCloud('demo');
    describeCloud('old', ENDED);
    const connection = connect(undefined);
    expect(connection).toMatchObject({
      name: 'demo',
      region: 'ap-south-1',
      apiEndpoint: 'http://127.0.0.1:4570/api',
      nightlyMachineArn: 'arn:nightly',
      lakeBucket: 'lake',
      auditBucket: 'audit',
      environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4570' },
    });
    expect(connection.tables['models']).toBe('models');
    expect(connection.keyOf('tracker')).toEqual(key('T'));
  });

  it('wants a name when several run, and says which', () => {
    describeCloud('demo');
    describeCloud('local');
    expect(() => connect(undefined)).toThrow(
      expect.objectContaining({
        name: 'RejectedInput',
        field: 'env',
        message: expect.stringMatching(/expected one of demo, local/),
      }),
    );
    expect(connect('local').name).toBe('local');
  });

  it('says how to start one when none runs', () => {
    expect(() => connect(undefined)).toThrow(
      expect.objectContaining({
        name: 'NotFound',
        message: expect.stringContaining('./oi start --env local'),
      }),
    );
    describeCloud('demo', ENDED);
    expect(() => connect('demo')).toThrow(/environment demo: expected a running local cloud/);
  });

  it('reaches one on AWS by the outputs of its deployment, with the credentials of the SDK', () => {
    mkdirSync(join(folder, 'prod'), { recursive: true });
    writeFileSync(join(folder, 'prod', 'outputs.json'), JSON.stringify(OUTPUTS));
    const connection = connect('prod');
    expect(connection.lakeBucket).toBe('lake');
    expect(connection.keyOf('operator')).toBeUndefined();
    expect(connection.environment).toEqual({});
  });

  it('names the stack output that is missing', () => {
    describeCloud('demo', standIn('demo'), { ...OUTPUTS, 'test-pipeline': {} });
    expect(() => connect('demo')).toThrow('environment demo: expected the stack output NightlyMachineArn');
  });
});

describe('local environments', () => {
  it('are those whose process is there', () => {
    expect(runningEnvironments()).toEqual([]);
    describeCloud('demo');
    describeCloud('old', ENDED);
    mkdirSync(join(folder, 'empty'), { recursive: true });
    expect(runningEnvironments()).toEqual(['demo']);
    expect(readLocalEndpoint('old')).toBeUndefined();
    expect(readLocalEndpoint('demo')?.token).toBe('secret');
  });

  it.each<[string, () => number]>([
    ['this program', () => process.pid],
    ['the local cloud of another environment', () => standIn('other')],
    ['another program with the same folder', () => standIn('demo', 'backup.sh')],
  ])('do not run when the process id of a killed one is now that of %s', (_, pid) => {
    describeCloud('demo', pid());
    expect(readLocalEndpoint('demo')).toBeUndefined();
    expect(runningEnvironments()).toEqual([]);
  });
});

describe('dead letters', () => {
  it('are those of every queue that a deployment tells, the stages first', () => {
    const outputs = {
      ToDeskDeadLetters: 'c',
      ToAlertDeadLetters: 'b',
      LakeBucket: 'x',
      ToBatchDeadLetters: 'a',
    };
    expect(Object.entries(deadLettersIn(outputs))).toEqual([
      ['to-batch', 'a'],
      ['to-alert', 'b'],
      ['to-desk', 'c'],
    ]);
  });
});
