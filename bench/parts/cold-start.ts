import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { FromWorker, ToWorker } from '../../local/lambda/runtime/protocol.ts';
import { median } from './harness.ts';

/** What a worker of the local Lambda was started with. */
interface WorkerSettings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly options: readonly string[];
  /** The file that it runs. */
  readonly main: string;
}

export interface ColdStart {
  readonly bundleMb: number;
  /** Deflated, as in the zip that is deployed. */
  readonly zippedMb: number;
  /** From the start of the process until its handler is loaded. */
  readonly initMs: number;
  /** From the start of the process to its first answer. */
  readonly firstAnswerMs: number;
  /** The next answer of the same process. */
  readonly secondAnswerMs: number;
  /** Processor time of the process until its first answer. */
  readonly cpuMs: number;
  readonly residentMb: number;
}

/** Medians over fresh workers of a function, each as the local Lambda starts them. */
export async function coldStarts(
  cloudPid: number,
  functionName: RegExp,
  payloads: readonly string[],
  options: { readonly nowMs: number; readonly runs: number; readonly emptyCache?: boolean },
): Promise<ColdStart> {
  const settings = settingsOf(cloudPid, functionName);
  const bundle = readFileSync(join(settings.folder, 'index.js'));
  const runs: Omit<ColdStart, 'bundleMb' | 'zippedMb'>[] = [];
  // The first one finds what V8 compiled of an older bundle, or nothing.
  for (let run = -1; run < options.runs; run += 1) {
    const cache = options.emptyCache === true ? mkdtempSync(join(settings.folder, '..', 'no-cache-')) : '';
    const environment =
      cache === '' ? settings.environment : { ...settings.environment, NODE_COMPILE_CACHE: cache };
    const one = await start(
      { ...settings, environment },
      payloads[run + 1] as string,
      payloads.at(-1 - run) as string,
      options.nowMs,
    );
    if (cache !== '') rmSync(cache, { recursive: true });
    if (run >= 0) runs.push(one);
  }
  const middle = (key: keyof (typeof runs)[number]) => median(runs.map((one) => one[key]));
  return {
    bundleMb: bundle.length / 1e6,
    zippedMb: deflateRawSync(bundle, { level: 9 }).length / 1e6,
    initMs: middle('initMs'),
    firstAnswerMs: middle('firstAnswerMs'),
    secondAnswerMs: middle('secondAnswerMs'),
    cpuMs: middle('cpuMs'),
    residentMb: middle('residentMb'),
  };
}

/** Reads them off a worker that runs: nobody else knows them whole. */
function settingsOf(cloudPid: number, functionName: RegExp): WorkerSettings {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) !== cloudPid) continue;
      const words = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
      const environment = Object.fromEntries(words.map((word) => word.split(/=(.*)/s).slice(0, 2)));
      if (!functionName.test(environment['AWS_LAMBDA_FUNCTION_NAME'] ?? '')) continue;
      const { NODE_CHANNEL_FD: _fd, NODE_CHANNEL_SERIALIZATION_MODE: _mode, ...rest } = environment;
      const [, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
      const [main = '', options] = [args.at(-1), args.slice(0, -1)];
      return { folder: readlinkSync(`/proc/${pid}/cwd`), environment: rest, options, main };
    } catch {
      // A process that has just ended.
    }
  }
  throw new Error(`workers of the local cloud: expected one of ${functionName}, was none`);
}

async function start(settings: WorkerSettings, first: string, second: string, nowMs: number) {
  const { folder, environment, options, main } = settings;
  const startMs = performance.now();
  const child = fork(main, [], {
    ...{ cwd: folder, env: { ...environment, LOCAL_CLOUD_NOW_MS: String(nowMs) }, execArgv: [...options] },
    ...{ serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  });
  const heard = async (): Promise<FromWorker> => (await once(child, 'message'))[0];
  const ask = async (payload: string): Promise<number> => {
    const askedMs = performance.now();
    const message: ToWorker = {
      ...{ kind: 'invoke', requestId: String(askedMs), payload, nowMs },
      ...{ deadlineMs: Date.now() + 30_000, functionArn: 'arn:bench' },
    };
    child.send(message);
    const answer = await heard();
    if (answer.kind !== 'answer')
      throw new Error(`worker: expected an answer, was ${JSON.stringify(answer)}`);
    const { statusCode, body } = JSON.parse(answer.payload) as { statusCode: number; body: string };
    if (statusCode !== 200) throw new Error(`worker: expected 200, was ${body}`);
    return performance.now() - askedMs;
  };
  const ready = await heard();
  if (ready.kind !== 'ready') throw new Error(`worker: expected to start, was ${JSON.stringify(ready)}`);
  const initMs = performance.now() - startMs;
  await ask(first);
  const firstAnswerMs = performance.now() - startMs;
  const used = usage(child.pid as number);
  const secondAnswerMs = await ask(second);
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  return { initMs, firstAnswerMs, secondAnswerMs, ...used };
}

const TICK_MS = 10;

function usage(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, residentMb: Number(resident) / 1024 };
}

/** Megabytes that a folder holds. */
export function folderMb(folder: string): number {
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6;
}
