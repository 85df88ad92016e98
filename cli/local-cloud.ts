import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { arch } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { InvariantViolated, RejectedInput, Temporary } from '../shared/errors.ts';
import { ENVIRONMENTS, isCloud, type LocalEndpoint, readLocalEndpoint, stateFolder } from './connection.ts';
import { startInstant } from './kept-clock.ts';
import { isKept, type KeptSettings, keepSettings, keptSettings } from './kept-settings.ts';
import type { Output } from './output.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const FIRST_PORT = 4570;
const READY_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 30_000;
const KILLED_WITHIN_MS = 10_000;
const TELL_AFTER_MS = 2_000;
const LAYERS = ['onnxruntime', 'koffi', 'lightgbm'];
/** Without these a model family is not available; everything else runs. */
const OPTIONAL_LAYERS = ['xgboost'];

interface StartOptions extends KeptSettings {
  /** The clock stands at this instant (ISO) until it is moved. */
  readonly simulated?: string;
}

/**
 * Starts the local cloud of an environment, or finds it running with the same settings: builds the native layers,
 * synthesises the templates for this machine's architecture, and runs them as a process of their own.
 */
export async function startLocalCloud(
  name: string,
  options: StartOptions,
  output: Output,
): Promise<LocalEndpoint> {
  const settings = keptSettings(name, options);
  if (readLocalEndpoint(name) !== undefined && !isKept(name, settings)) {
    output.line(`local cloud ${name}: runs with other settings; started again`);
    await stopLocalCloud(name, output);
  }
  const running = readLocalEndpoint(name);
  if (running !== undefined) return running;
  requireLinux();
  await buildLayers(output);
  for (let from = FIRST_PORT; ; ) {
    const port = await freePort(from);
    await synthesise(name, port, settings, output);
    keepSettings(name, settings);
    const local = await launch(name, port, options, output);
    if (Number(new URL(local.endpoint).port) === port) return local;
    // Somebody took the port meanwhile, and the templates send Slack messages to it: not to another's cloud.
    await stopLocalCloud(name, output);
    from = port + 1;
  }
}

/** The functions load Lambda's own libraries. @throws RejectedInput on any other system. */
export function requireLinux(platform: string = process.platform): void {
  if (platform === 'linux') return;
  throw new RejectedInput(
    `local cloud: expected Linux, was ${platform}; run it in WSL or on a Linux machine, or name a deployment with --env`,
  );
}

/**
 * Ends the local cloud of an environment; one that does not end `withinMs` is killed, and `output` says so.
 * @returns false when it did not run. @throws Temporary when not even a kill ends it.
 */
export async function stopLocalCloud(
  name: string,
  output?: Output,
  withinMs: number = ENDS_WITHIN_MS,
): Promise<boolean> {
  const running = readLocalEndpoint(name);
  if (running === undefined) return false;
  const told = setTimeout(() => {
    output?.line(`local cloud ${name}: ends what it is at, ${withinMs / 1000} s at most ...`);
  }, TELL_AFTER_MS);
  try {
    await end(name, running, withinMs, output);
  } finally {
    clearTimeout(told);
  }
  return true;
}

async function end(
  name: string,
  running: LocalEndpoint,
  withinMs: number,
  output: Output | undefined,
): Promise<void> {
  if (await endsBy('SIGTERM', name, running.pid, withinMs)) return;
  output?.line(
    `local cloud ${name}: did not end within ${withinMs / 1000} s and is killed; nothing that was answered 202 is lost`,
  );
  if (await endsBy('SIGKILL', name, running.pid, KILLED_WITHIN_MS)) return;
  throw new Temporary(`local cloud ${name}: expected process ${running.pid} to end, was there after a kill`);
}

async function endsBy(
  signal: 'SIGTERM' | 'SIGKILL',
  name: string,
  pid: number,
  withinMs: number,
): Promise<boolean> {
  if (isCloud(pid, name)) process.kill(pid, signal);
  const startedMs = performance.now();
  while (isCloud(pid, name)) {
    if (performance.now() - startedMs > withinMs) return false;
    await pause(50);
  }
  return true;
}

/**
 * Nobody deletes or overlays a deployment by a word for local environments.
 * @throws RejectedInput when the environment was deployed: its folder holds the only link to AWS.
 */
export function requireNotDeployed(name: string): void {
  const outputs = join(ENVIRONMENTS, name, 'outputs.json');
  if (!existsSync(outputs)) return;
  throw new RejectedInput(
    `environment ${name}: expected a local one, was deployed to AWS (${outputs}); ` +
      'to end it, delete its stacks with cdk destroy, then the folder',
    { field: 'env' },
  );
}

/** Removes an environment's state and templates; it must not run. @throws RejectedInput when it was deployed. */
export function removeEnvironment(name: string): void {
  requireNotDeployed(name);
  rmSync(join(ENVIRONMENTS, name), { recursive: true, force: true });
}

/** Builds the layers of native code for this machine; those that are there cost nothing. */
export async function buildLayers(output: Output): Promise<void> {
  for (const layer of LAYERS) await buildLayer(layer, output);
  for (const layer of OPTIONAL_LAYERS) {
    await buildLayer(layer, output).catch((error: Error) => {
      output.line(`layer ${layer} was not built, its model family is not available: ${error.message}`);
    });
  }
}

async function buildLayer(layer: string, output: Output): Promise<void> {
  if (!existsSync(join(ROOT, 'layers', layer, 'build', arch()))) {
    output.line(`building the native layer ${layer} (first use) ...`);
  }
  await node(join('layers', layer, 'build.ts'), ['--arch', 'host']);
}

async function synthesise(
  name: string,
  port: number,
  settings: Required<KeptSettings>,
  output: Output,
): Promise<void> {
  output.line('synthesising the templates ...');
  const context = {
    environment: name,
    architecture: arch(),
    jobArchitecture: arch(),
    alertEmail: 'desk@example.com',
    slackWebhook: `http://127.0.0.1:${port}/_local/slack`,
    gateProfile: settings.gateProfile,
    parquetWriter: settings.parquetWriter,
    paperBroker: settings.paperBroker,
    nightlySchedule: settings.nightlySchedule === false ? 'DISABLED' : 'ENABLED',
  };
  await node('infra/app.ts', [], {
    CDK_OUTDIR: join(ENVIRONMENTS, name, 'cdk.out'),
    CDK_CONTEXT_JSON: JSON.stringify(context),
  });
}

async function launch(
  name: string,
  port: number,
  options: StartOptions,
  output: Output,
): Promise<LocalEndpoint> {
  output.line('starting the local cloud ...');
  const state = stateFolder(name);
  mkdirSync(state, { recursive: true });
  const logFile = join(state, 'cloud.log');
  const log = openSync(logFile, 'a');
  const simulated = startInstant(name, options.simulated);
  const args = ['local/main.ts', '--cdk-out', join(ENVIRONMENTS, name, 'cdk.out'), '--directory', state];
  args.push('--port', String(port), ...(simulated === undefined ? [] : ['--simulated', simulated]));
  const child = spawn(process.execPath, args, { cwd: ROOT, detached: true, stdio: ['ignore', log, log] });
  const endpoint = await untilReady(name, child, logFile);
  child.unref();
  return endpoint;
}

async function untilReady(name: string, child: ChildProcess, logFile: string): Promise<LocalEndpoint> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const endpoint = readLocalEndpoint(name);
    if (endpoint !== undefined) return endpoint;
    await pause(100);
  }
  const said = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new InvariantViolated(`local cloud ${name}: expected it to start, was: ${said}`);
}

async function node(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  try {
    await run(process.execPath, [script, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      maxBuffer: 1 << 26,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new InvariantViolated(`${script}: failed\n${stdout}${stderr}`.trimEnd(), { cause: error });
  }
}

async function freePort(from: number): Promise<number> {
  for (let port = from; port < from + 100; port++) if (await isFree(port)) return port;
  throw new InvariantViolated(`port: expected a free one from ${from} on, was none`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
