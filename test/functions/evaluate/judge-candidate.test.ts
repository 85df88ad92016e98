import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gatePolicy } from '../../../shared/config/gate.ts';
import { promotionPolicy } from '../../../shared/config/promotion.ts';
import { contentHash } from '../../../shared/domain/lake/content-hash.ts';
import { istMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aBundle } from '../../factories/bundle.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { FOLD_DAYS, FOLDS, HELD_OUT_DAYS, openBench } from './judging-bench.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench(cloud);
});

describe('judge a candidate', () => {
  it('writes the verdict, binds it to the version, and approves what passes every rule', async () => {
    const { version } = await bench.candidate({ skill: 1 });
    const report = await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    const verdict = await bench.verdict(version);
    expect(verdict.failed).toEqual([]);
    expect(report).toMatchObject({
      version,
      pass: true,
      failed: [],
      promote: false,
      verdict_key: expect.stringMatching(
        new RegExp(`^reports/NSE/tb15/${version}/verdict-[0-9a-f]{8}\\.json$`),
      ),
      research: false,
    });
    const row = await bench.models.version('NSE', 'tb15', version);
    expect(row).toMatchObject({ status: 'approved', verdict_pass: true, verdict_key: report.verdict_key });
    expect(row.verdict_hash).toBe(contentHash(await bench.bucket.get(report.verdict_key!)));
    // A judge that died before its row was written took nothing away: the row still names the verdict it was bound to.
    await bench.bucket.put(`reports/NSE/tb15/${version}/verdict.json`, '{"pass":false}\n');
    expect(row.verdict_hash).toBe(contentHash(await bench.bucket.get(row.verdict_key!)));
    const page = await bench.bucket.get(`reports/NSE/tb15/${version}/verdict.md`);
    expect(new TextDecoder().decode(page)).toContain(`# Approved: NSE tb15 ${version}`);
  });

  it('refuses a model without skill, by name of the rules', async () => {
    const { version } = await bench.candidate({ skill: 0 });
    const report = await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect(report).toMatchObject({ pass: false, promote: false });
    expect(report.failed).toContain('sharpe');
    expect(await bench.models.version('NSE', 'tb15', version)).toMatchObject({ status: 'rejected' });
  });

  it('gives the same verdict for the same candidate', async () => {
    const { version } = await bench.candidate({ skill: 0.5 });
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    const first = await bench.verdict(version);
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect(await bench.verdict(version)).toEqual(first);
  });

  it('lets the machine promote only where the policy is automatic, and asks a person elsewhere', async () => {
    const { version } = await bench.candidate({ skill: 1 });
    const exchanges = { ...promotionPolicy().exchanges, NSE: 'automatic' as const };
    const judge = bench.judgeWith({ promotion: { ...promotionPolicy(), exchanges } });
    const asks = await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect(asks).toMatchObject({ promote: false, approval: promotionPolicy().approval });
    const byItself = { promote: true, approval: null };
    expect(await judge({ exchange: 'NSE', version, target: 'tb15' })).toMatchObject(byItself);
    const poor = await bench.candidate({ skill: 0 });
    const refused = await judge({ exchange: 'NSE', version: poor.version, target: 'tb15' });
    expect(refused).toMatchObject({ promote: false, approval: null });
    const still = await bench.judge({ exchange: 'NSE', version: poor.version, target: 'tb15' });
    expect(still.approval).toBeNull();
  });

  it('compares with production, and leaves the verdict of a live version as it is', async () => {
    const live = await bench.candidate({ skill: 0.9, seed: 2 });
    const { verdict_key } = await bench.judge({ exchange: 'NSE', version: live.version, target: 'tb15' });
    await bench.goLive(live.version);
    const { version } = await bench.candidate({ skill: 1 });
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect(await bench.verdict(version)).toMatchObject({
      baseline_version: live.version,
      candidate_class: 'refresh',
    });
    const before = await bench.verdict(live.version);
    const again = await bench.judge({ exchange: 'NSE', version: live.version, target: 'tb15' });
    expect(again).toMatchObject({ version: live.version, verdict_key, pass: true, promote: false });
    expect(await bench.verdict(live.version)).toEqual(before);
  });

  it('compares with production on the days that both have', async () => {
    const live = await bench.candidate({ skill: 0.9, seed: 2, foldDays: FOLD_DAYS.slice(3) });
    const { version } = await bench.candidate({ skill: 1 });
    const trades = async () => {
      await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
      const { rules } = (await bench.verdict(version)) as { rules: { rule: string; why: string }[] };
      const hitRate = rules.find(({ rule }) => rule === 'hit-rate-holds');
      return Number(/over (\d+) trades/.exec(hitRate?.why ?? '')?.[1]);
    };
    const alone = await trades();
    await bench.judge({ exchange: 'NSE', version: live.version, target: 'tb15' });
    await bench.goLive(live.version);
    const beside = await trades();
    const common = HELD_OUT_DAYS.length + 3;
    expect(beside).toBeGreaterThan(0);
    expect(beside / alone).toBeCloseTo(common / (common + 3), 1);
  });

  it('compares what production answered where it was live, and says so session by session', async () => {
    const live = await bench.candidate({ skill: 0.9, seed: 2 });
    await bench.judge({ exchange: 'NSE', version: live.version, target: 'tb15' });
    const [day = '', ...earlier] = HELD_OUT_DAYS.toReversed();
    await bench.goLive(live.version, `${earlier[0]}T12:00:00.000Z`);
    for (let minute = 555; minute < 555 + 300; minute += 1) {
      const timestamp = utcIso(istMs(day, minute));
      await bench.recommendations.add(aRecommendation({ timestamp, model_version: live.version }));
    }
    const { version } = await bench.candidate({ skill: 1 });
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    const { windows } = await bench.verdict(version);
    expect(windows).toMatchObject({
      common: FOLD_DAYS.length + HELD_OUT_DAYS.length,
      production: {
        audited: 1,
        held_out: HELD_OUT_DAYS.length - 1,
        replayed: 0,
        walk_forward: FOLD_DAYS.length,
      },
      ...{ missing: 60, unasked: 0 },
    });
    expect(windows.sessions.at(-1)).toEqual({
      ...{ session: day, candidate: 'held_out', production: 'audited', missing: 60, unasked: 0, why: null },
    });
    const text = await bench.bucket.get(`reports/NSE/tb15/${version}/verdict.md`);
    expect(new TextDecoder().decode(text)).toContain('60 minutes without an answer, taken as HOLD');
  });

  it('applies the thresholds of the exchange, and writes them down', async () => {
    const { version } = await bench.candidate({ skill: 1 });
    const own = gatePolicy('demo');
    const strict = { ...own, evidence: { ...own.evidence, trades: 1_000_000 } };
    const judge = bench.judgeWith({ gate: (exchange) => (exchange === 'NSE' ? strict : own) });
    const { failed } = await judge({ exchange: 'NSE', version, target: 'tb15' });
    expect(failed).toEqual(['enough-evidence']);
    const { thresholds } = await bench.verdict(version);
    expect(thresholds.evidence.trades).toBe(1_000_000);
  });

  it.each([
    ['a file that is not the hashed one', 'export-exact', { tampered: true }],
    [
      'a fold judged on days it learnt from',
      'data-fresh-and-complete',
      { folds: [{ ...FOLDS[0], judged_from: '2025-11-07' }] },
    ],
    [
      'held-out days before the end of training',
      'data-fresh-and-complete',
      { cutoff: '2025-11-25T18:29:00.000Z' },
    ],
    ['an exploratory bundle', 'enough-evidence', { exploratory: true }],
  ])('refuses %s', async (_, rule, change) => {
    const { version } = await bench.candidate({ skill: 1, ...change });
    const { pass, failed } = await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect({ pass, failed }).toEqual({ pass: false, failed: [rule] });
  });

  it('refuses features that the lake does not repeat, and names the day', async () => {
    await bench.parity('2025-11-14', { served: 360, equal: 359 });
    const { version } = await bench.candidate({ skill: 1 });
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    const verdict = await bench.verdict(version);
    expect(verdict.failed).toEqual(['feature-parity']);
    expect(verdict.rules.at(-1)?.why).toContain('2025-11-14');
  });

  it('names the feature that differs where the night found it', async () => {
    const first_difference = 'NSE#2025-11-14T04:00:00.000Z#tracker-v2 vix: served 11, recomputed 12';
    await bench.parity('2025-11-14', { served: 360, equal: 358, first_difference });
    const { version } = await bench.candidate({ skill: 1 });
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect((await bench.verdict(version)).rules.at(-1)?.why).toContain(first_difference);
  });

  it('refuses an old dataset', async () => {
    const { version } = await bench.candidate({ skill: 1 });
    bench.nowMs = istMs('2025-12-15', 960);
    expect(await bench.judge({ exchange: 'NSE', version, target: 'tb15' })).toMatchObject({
      failed: ['data-fresh-and-complete'],
    });
  });

  it('holds positions of a research target as long as its labels look ahead, and promotes none', async () => {
    const { version } = await bench.candidate({ skill: 1, target: 'dir5' });
    const exchanges = { ...promotionPolicy().exchanges, NSE: 'automatic' as const };
    const judge = bench.judgeWith({ promotion: { ...promotionPolicy(), exchanges } });
    const report = await judge({ exchange: 'NSE', version, target: 'dir5' });
    expect(report).toMatchObject({
      research: true,
      promote: false,
      verdict_key: expect.stringContaining(`reports/NSE/dir5/${version}/verdict-`),
    });
    const verdict = await bench.verdict(version, 'dir5');
    expect(verdict).toMatchObject({ target: 'dir5', execution: { horizon_minutes: 5 } });
    expect(verdict.rules.length).toBeGreaterThan(8);
    expect(await bench.models.version('NSE', 'dir5', version)).not.toMatchObject({ verdict_key: null });
  });

  it('says why a size is not judged, and leaves the version as it is', async () => {
    const row = await bench.candidate({ skill: 1, target: 'mag15' });
    const report = await bench.judge({ exchange: 'NSE', version: row.version, target: 'mag15' });
    expect(report).toMatchObject({
      version: row.version,
      pass: false,
      failed: [],
      promote: false,
      verdict_key: null,
      not_judged: expect.stringContaining('mag15 answers a size and takes no positions'),
      research: true,
    });
    expect(await bench.models.version('NSE', 'mag15', row.version)).toEqual(row);
  });

  it('lists the targets there are', async () => {
    await expect(bench.judge({ exchange: 'NSE', version: 'v', target: 'dir7' })).rejects.toThrow(
      'target: expected one of tb15, tb15s, dir3, dir5, dir30, mag15, was dir7',
    );
  });

  it('says which report is missing', async () => {
    const { row } = aBundle({ 'oof.json': {} });
    await bench.models.add(row);
    const judged = bench.judge({ exchange: 'NSE', version: row.version, target: 'tb15' });
    await expect(judged).rejects.toMatchObject({ name: 'InvariantViolated', field: 'oof.json' });
  });
});
