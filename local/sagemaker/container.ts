import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainingImage } from './image.ts';
import type { TrainingJob } from './store.ts';

const PRELOAD = new URL('./runtime/preload.ts', import.meta.url).href;
/** SageMaker keeps so much of the failure file. */
const FAILURE_CHARACTERS = 1024;

/** How the program ended by itself. */
export type Exit = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface ContainerOptions {
  /** What is `/opt/ml` on AWS; made anew, and removed when the program has ended. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: (chunk: Buffer) => void;
}

/** The process that stands in for a job's container. */
export class Container {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;

  constructor(job: TrainingJob, image: TrainingImage, { folder, environment, log }: ContainerOptions) {
    writeFolder(folder, job);
    this.#child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--import', PRELOAD, ...image.entrypoint.slice(1), 'train'],
      {
        cwd: image.folder,
        env: { ...environment, ...image.environment, ...job.request.Environment, SAGEMAKER_BASE_DIR: folder },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.#child.stdout?.on('data', log);
    this.#child.stderr?.on('data', log);
    this.exited = new Promise((settle) => {
      this.#child.once('error', (error) => settle({ ok: false, reason: `ClientError: ${error.message}` }));
      this.#child.once('close', (code, signal) => {
        settle(exitOf(folder, code, signal));
        rmSync(folder, { recursive: true, force: true });
      });
    });
  }

  /** Tells the program the time it is: a simulated instant, or null for the machine's own. */
  setTime(nowMs: number | null): void {
    // A process that has just ended is noticed by its exit.
    if (this.#child.connected) this.#child.send({ nowMs }, () => {});
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }
}

/** Writes what SageMaker gives a container below /opt/ml. */
function writeFolder(folder: string, { request }: TrainingJob): void {
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['input/config', 'input/data', 'model', 'output/data', 'tmp']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const { InstanceType } = request.ResourceConfig;
  const files = {
    hyperparameters: request.HyperParameters,
    inputdataconfig: {},
    resourceconfig: { current_host: 'algo-1', hosts: ['algo-1'], current_instance_type: InstanceType },
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, 'input', 'config', `${name}.json`), JSON.stringify(content));
  }
}

function exitOf(folder: string, code: number | null, signal: NodeJS.Signals | null): Exit {
  if (code !== 0) {
    const said = readFailure(join(folder, 'output', 'failure')).slice(0, FAILURE_CHARACTERS);
    return { ok: false, reason: `AlgorithmError: ${said}, exit code: ${code ?? `signal ${signal}`}` };
  }
  // Nobody here packs an archive: a program that relies on it must hear of it.
  const left = [...readdirSync(join(folder, 'model')), ...readdirSync(join(folder, 'output', 'data'))];
  if (left.length === 0) return { ok: true };
  const expected = 'expected nothing in model/ and output/data/, which the local cloud does not upload';
  return { ok: false, reason: `InternalServerError: ${expected}, was ${left.join(', ')}` };
}

function readFailure(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
