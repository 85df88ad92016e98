import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock, type SwitchableClock } from '../../../local/clock/switchable.ts';
import type { LambdaService } from '../../../local/lambda/contract.ts';
import type { FunctionDefinition } from '../../../local/lambda/definition.ts';
import { createLambda } from '../../../local/lambda/service.ts';

export const IDENTITY = { accountId: '000000000000', region: 'ap-south-1', endpoint: 'http://127.0.0.1:1' };

/** A Lambda service in a folder of its own, with functions whose code a test writes down. */
export interface LambdaFixture {
  readonly lambda: LambdaService;
  readonly directory: string;
  /** Creates a function of the given code (CommonJS); returns its name. */
  add(name: string, code: string, changes?: Partial<FunctionDefinition>): string;
  /** Invokes with a JSON value; returns the parsed answer or the error. */
  call(name: string, event?: unknown): Promise<unknown>;
  log(name: string): string;
  close(): Promise<void>;
}

export function createFixture(clock: SwitchableClock = realClock()): LambdaFixture {
  const directory = mkdtempSync(join(tmpdir(), 'lambda-'));
  const lambda = createLambda({
    directory,
    logDirectory: join(directory, 'logs'),
    clock,
    identity: IDENTITY,
  });
  return {
    lambda,
    directory,
    add(name, code, changes = {}) {
      const codeFolder = join(directory, 'code', name);
      mkdirSync(codeFolder, { recursive: true });
      writeFileSync(join(codeFolder, 'index.js'), code);
      lambda.createFunction({ ...definition(name, codeFolder), ...changes });
      return name;
    },
    async call(name, event = {}) {
      const outcome = await lambda.invoke(name, JSON.stringify(event));
      return outcome.ok ? JSON.parse(outcome.payload) : outcome.error;
    },
    log(name) {
      const file = join(directory, 'logs', `${name}.log`);
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    },
    async close() {
      await lambda.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function definition(name: string, codeFolder: string): FunctionDefinition {
  return {
    name,
    arn: `arn:aws:lambda:ap-south-1:000000000000:function:${name}`,
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    codeFolder,
    layerFolders: [],
    environment: {},
    timeoutSeconds: 10,
    memoryMb: 256,
    reservedConcurrency: undefined,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    retryAttempts: 2,
  };
}
