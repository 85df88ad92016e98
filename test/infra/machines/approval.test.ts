import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checksOf, observationSchema } from '../../../shared/domain/alerts/observation.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import { type Approval, waitingApproval } from '../../../shared/domain/promotion/approval.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { asked, type PromotionWorld, promotionWorld } from '../../functions/promote/promotion-world.ts';
import { DEFINITION, openStage, type Stage } from './promotion-machine.ts';

const HOUR_MS = 3_600_000;
const DAYS = 5;

let cloud: EmbeddedCloud;
let candidates: Candidate[];
let world: PromotionWorld;
let stage: Stage;
let first: ModelVersion;
let second: ModelVersion;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  candidates = [];
  for (const seed of [1, 2]) candidates.push(await trainedCandidate({ ...trackerMarket(), seed }));
});
beforeEach(async () => {
  world = await promotionWorld(cloud);
  stage = openStage(world);
  const rows: ModelVersion[] = [];
  for (const candidate of candidates) rows.push(await world.register(candidate));
  [first, second] = rows as [ModelVersion, ModelVersion];
});
afterEach(() => stage.machine.close());
afterAll(() => cloud.stop());

/** A night's promotion of a version, until it waits. */
async function open(version: string): Promise<string> {
  const { service, clock } = stage.machine;
  const { execution: _none, ...request } = asked(version, { operator: 'policy', reason: 'passed the gate' });
  const stateMachineArn = service.createStateMachine({ name: 'promotion', definition: DEFINITION });
  const input = JSON.stringify({ ...request, approval: { expires_after_days: DAYS } });
  const { arn } = service.startExecution({ stateMachineArn, input });
  await expect.poll(async () => (await current())?.execution, { timeout: 20_000 }).toBe(arn);
  await clock.advanceTo(clock.nowMs() + HOUR_MS);
  return arn;
}

const current = (): Promise<Approval | undefined> => world.approvals.current('NSE', 'tb15');
const lastRow = async () => (await world.models.history('NSE', 'tb15')).at(-1);
const liveRow = async (version: string) => (await world.models.version('NSE', 'tb15', version)).status;

function answer(token: string, decision: 'approved' | 'rejected', operator = 'asha'): void {
  stage.machine.service.sendTaskOutcome(token, {
    output: { decision, operator, reason: 'read the verdict' },
  });
}

async function ended(arn: string) {
  const { service, clock } = stage.machine;
  const done = service.untilFinished(arn);
  await clock.advanceTo(clock.nowMs() + HOUR_MS);
  return done;
}

/** What the alert stage makes of what it was told. */
const checks = () =>
  world.told
    .flatMap((one) => checksOf(observationSchema.parse(one)))
    .map(({ rule, check }) => [rule, check.kind]);

describe('a promotion that waits for a person', () => {
  it('is in the table without having moved anything, and people are told how to answer', async () => {
    await open(first.version);
    const row = await current();
    expect(row).toMatchObject({ version: first.version, status: 'waiting', answered_by: null, revision: 1 });
    expect(Date.parse(row!.open_until) - Date.parse(row!.opened_at)).toBe(DAYS * 24 * HOUR_MS);
    expect(await world.liveVersion()).toBeNull();
    expect(await world.events()).toEqual([]);
    const [told] = world.told.flatMap((one) => checksOf(observationSchema.parse(one)));
    const { finding } = told!.check as Extract<typeof told, object>['check'] & {
      finding: Record<string, string>;
    };
    expect(finding['next']).toContain(`./oi approve NSE ${first.version} --operator NAME --reason TEXT`);
    expect(finding['next']).toContain(`./oi reject NSE ${first.version}`);
    expect(finding['next']).toContain(first.verdict_key);
  });

  it('goes on when it is approved, in the name of whoever did', async () => {
    const arn = await open(first.version);
    stage.answering = [first.version];
    answer((await current())!.token, 'approved');
    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await world.liveVersion()).toBe(first.version);
    expect(await lastRow()).toMatchObject({
      ...{ event: 'promoted', operator: 'asha', reason: 'read the verdict', override: false },
      execution: arn,
    });
    expect(await current()).toMatchObject({ status: 'approved', answered_by: 'asha', revision: 2 });
    expect(checks()).toEqual([
      ['approval-waits', 'breached'],
      ['approval-waits', 'clear'],
    ]);
  });

  it('is verified with the pointer as it stands when it is approved', async () => {
    const arn = await open(first.version);
    await world.promote(second.version);
    stage.answering = [first.version];
    answer((await current())!.token, 'approved');
    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await lastRow()).toMatchObject({ from_version: second.version, to_version: first.version });
  });

  it('is refused when its bundle was changed while it waited', async () => {
    const arn = await open(first.version);
    await world.bucket.remove([`${first.bundle_prefix}model.onnx`]);
    answer((await current())!.token, 'approved');
    expect(await ended(arn)).toMatchObject({ status: 'FAILED', error: 'InvariantViolated' });
    expect(await world.liveVersion()).toBeNull();
    expect(await lastRow()).toMatchObject({ event: 'failed', operator: 'asha' });
  });

  it('ends when it is rejected: the version is rejected, and goes live by an override only', async () => {
    const arn = await open(first.version);
    answer((await current())!.token, 'rejected', 'ravi');
    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await world.liveVersion()).toBeNull();
    expect(await liveRow(first.version)).toBe('rejected');
    expect(await lastRow()).toMatchObject({
      event: 'rejected',
      operator: 'ravi',
      reason: 'read the verdict',
    });
    await expect(world.verify(asked(first.version))).rejects.toThrow(/an operator rejected version/);
    const plan = await world.verify(asked(first.version, { override: true }));
    expect(plan.change.history.override).toBe(true);
  });

  it('takes one answer: the second of two that race is refused, whichever it is', async () => {
    const arn = await open(first.version);
    const { token } = (await current())!;
    answer(token, 'rejected', 'ravi');
    expect(() => answer(token, 'approved')).toThrow(/expected a token that is open/);
    await ended(arn);
    expect(await current()).toMatchObject({ status: 'rejected', answered_by: 'ravi' });
    expect(() => answer(token, 'approved')).toThrow(/expected a token that is open/);
    expect(await world.events()).toEqual([['rejected', first.version]]);
  });

  it('expires after its days, and says so', async () => {
    const arn = await open(first.version);
    const { clock, service } = stage.machine;
    const row = (await current())!;
    expect(waitingApproval(row, utcIso(Date.parse(row.open_until) - 1))).toMatchObject({ status: 'waiting' });
    expect(waitingApproval(row, row.open_until)).toBeUndefined();
    await clock.advanceTo(clock.nowMs() + DAYS * 24 * HOUR_MS);
    expect(await service.untilFinished(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await lastRow()).toMatchObject({
      event: 'expired',
      to_version: first.version,
      reason: `nobody answered within ${DAYS} days`,
    });
    expect(await current()).toMatchObject({ status: 'expired', answered_by: 'oi-loop' });
    expect(await liveRow(first.version)).toBe('approved');
    expect(checks().at(-1)).toEqual(['approval-waits', 'clear']);
  });

  it('gives its place to a newer candidate, of which one waits then', async () => {
    const older = await open(first.version);
    const newer = await open(second.version);
    expect(await ended(older)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await current()).toMatchObject({ version: second.version, status: 'waiting', execution: newer });
    expect(await lastRow()).toMatchObject({
      ...{ event: 'superseded', to_version: first.version },
      reason: `candidate ${second.version} came after it`,
    });
    stage.answering = [second.version];
    answer((await current())!.token, 'approved');
    await ended(newer);
    expect(await world.liveVersion()).toBe(second.version);
  });

  it('is not opened for what the gate refused', async () => {
    world = await promotionWorld(cloud);
    stage.world = world;
    const refused = await world.register(candidates[0]!, false);
    const { execution: _none, ...request } = asked(refused.version, { operator: 'policy' });
    const input = { ...request, approval: { expires_after_days: DAYS } };
    expect(await stage.machine.run(DEFINITION, input)).toMatchObject({ error: 'RejectedInput' });
    expect(await current()).toBeUndefined();
    expect(await lastRow()).toMatchObject({ event: 'refused' });
  });
});
