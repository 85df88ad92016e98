import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import type { Candidate } from '../../shared/ports/model-trainer.ts';
import { runOi } from '../cli/run-oi.ts';
import { trackerMarket, trainedCandidate } from '../factories/tracker-market.ts';
import { buildLayers, ROOT, synthesise } from '../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from './cloud-process.ts';
import { modelShelf, resealed } from './model-shelf.ts';

const folder = mkdtempSync(join(tmpdir(), 'promotion-'));
const environments = join(folder, 'env');
const directory = join(environments, 'evening', 'state');
const cdkOut = join(folder, 'cdk.out');

let cloud: CloudProcess;
let first: ModelVersion;
let second: ModelVersion;
/** Whole, and of a feature set that scoring makes no rows of: it proves itself and then does not answer. */
let mute: ModelVersion;
/** One byte of one file is another since it was judged. */
let changed: ModelVersion;
beforeAll(async () => {
  await buildLayers();
  await synthesise(cdkOut);
  const candidates: Candidate[] = [];
  for (const seed of [1, 2, 3]) candidates.push(await trainedCandidate({ ...trackerMarket(), seed }));
  const [one, two, three] = candidates as [Candidate, Candidate, Candidate];
  const shelf = modelShelf(directory, cdkOut);
  cloud = await startCloudProcess({ cdkOut, directory, simulated: '2025-12-04T18:00:00+05:30' });
  first = await shelf.put(cloud.endpoint, one);
  second = await shelf.put(cloud.endpoint, two);
  const file = Buffer.from(three.files.get('report.json')!);
  mute = await shelf.put(
    cloud.endpoint,
    resealed(three, { feature_set: 'chain-v9' }, { 'reference.json': spaced(three) }),
  );
  file[file.length - 2] = file[file.length - 2]! ^ 1;
  changed = await shelf.put(cloud.endpoint, {
    ...three,
    files: new Map([...three.files, ['report.json', file]]),
  });
}, 400_000);
afterAll(async () => {
  await cloud?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Its reference with a space more: another content, and so another version. */
const spaced = ({ files }: Candidate) => Buffer.concat([files.get('reference.json')!, Buffer.from(' ')]);

const oi = (...args: string[]) => runOi(environments, ...args, '--env', 'evening', '--json');
const decide = (verb: string, ...args: string[]) =>
  oi(verb, 'NSE', ...args, '--operator', 'asha', '--reason', 'because');
const liveNow = () => oi('models', 'live', 'NSE').last().version;
const history = (): { event: string; operator: string; refusal: string | null }[] =>
  oi('models', 'deployments', '--exchange', 'NSE').last().history;

/** Two commands at once. */
const both = (...commands: string[][]) =>
  Promise.all(
    commands.map(async (args) => {
      const words = ['cli/main.ts', ...args, '--env', 'evening', '--json'];
      const env = { PATH: process.env['PATH'] ?? '', OI_ENVIRONMENTS: environments };
      const child = spawn(process.execPath, words, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'ignore'] });
      let text = '';
      for await (const chunk of child.stdout) text += chunk;
      return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
    }),
  );

it('an evening of promotions on the local cloud', { timeout: 600_000 }, async () => {
  expect(decide('promote', first.version).last()).toMatchObject({ ok: true, from: null, to: first.version });

  const refused = decide('promote', changed.version);
  expect(refused.status).toBe(1);
  expect(refused.last().message).toContain('report.json: expected SHA-256');
  expect([liveNow(), history().at(-1)?.event]).toEqual([first.version, 'failed']);

  const silent = decide('promote', mute.version);
  expect(silent.last().message).toMatch(
    /the new version was taken back: confirmation failed: score: expected .* was no model/,
  );
  expect([liveNow(), history().at(-1)?.event]).toEqual([first.version, 'rolled_back']);

  await openPromotion(second.version);
  const [waiting] = oi('status').last().environments[0].waiting;
  expect(waiting).toMatchObject({ exchange: 'NSE', version: second.version, status: 'waiting' });
  expect(waiting).not.toHaveProperty('token');
  expect(oi('models').last().waiting).toEqual([waiting]);
  expect(runOi(environments, 'status').stdout).toContain(
    `./oi approve NSE ${second.version} --operator NAME`,
  );
  expect(decide('approve', first.version).last()).toMatchObject({
    error: 'RejectedInput',
    message: expect.stringContaining(`expected the version that waits, ${second.version}`),
  });

  const said = ['--operator', 'ravi', '--reason', 'read it'];
  const answers = await both(['approve', 'NSE', ...said], ['reject', 'NSE', ...said]);
  const won = answers.filter(({ ok }) => ok);
  expect(won).toHaveLength(1);
  expect(answers.find(({ ok }) => !ok)).toMatchObject({ error: expect.stringMatching(/Conflict|NotFound/) });
  const isApproved = won[0].to === second.version;
  expect(history().at(-1)).toMatchObject({ event: isApproved ? 'promoted' : 'rejected', operator: 'ravi' });
  expect(liveNow()).toBe(isApproved ? second.version : first.version);
  expect(decide('approve').last()).toMatchObject({
    error: 'NotFound',
    message: expect.stringContaining(`${second.version} was ${isApproved ? 'approved' : 'rejected'} by ravi`),
  });

  if (!isApproved) expect(decide('promote', second.version, '--override').last().ok).toBe(true);
  expect(decide('rollback').last()).toMatchObject({ ok: true, from: second.version, to: first.version });
  expect(liveNow()).toBe(first.version);
});

/** As the night does it: with the operator's right to start the machine. */
async function openPromotion(version: string): Promise<void> {
  Object.assign(process.env, cloud.endpoint.environment);
  const input = {
    ...{ action: 'promote', exchange: 'NSE', version, operator: 'policy', reason: 'passed the gate' },
    approval: { expires_after_days: 5 },
  };
  const stateMachineArn = outputsOf(cloud.endpoint)['PromotionMachineArn'] as string;
  await new SFNClient({}).send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  await expect.poll(() => oi('models').last().waiting.length, { timeout: 60_000 }).toBe(1);
}
