import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { signedApi } from '../../shared/adapters/execute-api/signed-api.ts';
import { epochMs, MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { Candidate } from '../../shared/ports/model-trainer.ts';
import { buildLayers, synthesise } from '../../test/infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from '../../test/journey/cloud-process.ts';
import { modelShelf } from '../../test/journey/model-shelf.ts';
import { sessionOf } from './market.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const SCORE_ENVIRONMENT = 'score';
const DATE = '2026-01-06';
/** Enough history for every feature, and a traded chain that is seen. */
const MINUTES = 50;
const IDLE_WITHIN_S = 120;

/** A local cloud with a live model, in the middle of a session. */
export interface ScoreCloud {
  readonly process: CloudProcess;
  /** The folder of environments that it is in. */
  readonly environments: string;
  readonly cdkOut: string;
  /** Where its state lies. */
  readonly directory: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly version: string;
  /** Where its clock stands. */
  readonly nowMs: number;
  /** Moves the clock on by a minute, and waits until every message was handled. */
  settle(): Promise<void>;
}

/** Starts a local cloud below a folder, makes the candidate live, and plays the first minutes of a session into it. */
export async function openScoreCloud(
  folder: string,
  candidate: Candidate,
  context: Readonly<Record<string, string>> = {},
): Promise<ScoreCloud> {
  const environments = join(folder, 'env');
  const directory = join(environments, SCORE_ENVIRONMENT, 'state');
  const cdkOut = join(folder, 'cdk.out');
  await buildLayers();
  await synthesise(cdkOut, context);
  const shelf = modelShelf(directory, cdkOut);
  const process = await startCloudProcess({ cdkOut, directory });
  try {
    const { version } = await shelf.put(process.endpoint, candidate);
    await oi(environments, 'promote', 'NSE', version, '--operator', 'bench', '--reason', 'measured');
    let nowMs = await playSession(process);
    const cloud: ScoreCloud = {
      ...{ process, environments, cdkOut, directory, version, outputs: outputsOf(process.endpoint) },
      get nowMs() {
        return nowMs;
      },
      async settle() {
        nowMs += MINUTE_MS;
        await process.control.advanceTo(utcIso(nowMs));
        await process.control.untilIdle(IDLE_WITHIN_S);
      },
    };
    await cloud.settle();
    return cloud;
  } catch (error) {
    await process.end();
    throw error;
  }
}

/** Runs a command of the CLI on the environment, as a person does. @returns what it printed */
export async function oi(environments: string, ...words: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', OI_ENVIRONMENTS: environments };
  const child = spawn(process.execPath, ['cli/main.ts', ...words, '--env', SCORE_ENVIRONMENT], {
    ...{ cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const said = { out: '', error: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.out += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.error += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new InvariantViolated(`./oi ${words[0]}: expected to succeed, was ${said.error}`);
  return said.out;
}

/** Minute by minute, of the index and of the chain that its signals trade. @returns the moment after the last one */
async function playSession({ endpoint, control }: CloudProcess): Promise<number> {
  const { region, keys } = endpoint;
  const address = outputsOf(endpoint)['ApiEndpoint'] as string;
  const api = signedApi({ endpoint: address, region, credentials: keys.tracker });
  const [index, traded] = [sessionOf('NSE', DATE, 11), sessionOf('NSE_MONTHLY', DATE, 11)];
  let nowMs = 0;
  for (let at = 0; at < MINUTES; at += 1) {
    nowMs = epochMs(index[at]!.timestamp) + 2000;
    await control.stand(utcIso(nowMs));
    await api.call({ method: 'POST', path: '/v1/snapshots', body: [traded[at], index[at]] });
  }
  return nowMs;
}
