import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JourneyAnswer } from '../../cli/commands/journey.ts';
import { connect } from '../../cli/connection.ts';
import { type HistoryReport, playHistory } from '../../cli/demo/history.ts';
import { type LiveReport, playLiveDay } from '../../cli/demo/live-day.ts';
import { at, script } from '../../cli/demo/script.ts';
import { type Setting, setting } from '../../cli/demo/setting.ts';
import { type PromotionReport, playPromotions } from '../../cli/demo/verdict.ts';
import { startLocalCloud, stopLocalCloud } from '../../cli/local-cloud.ts';
import { openOutput } from '../../cli/output.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { JOURNEY } from '../../shared/journey.ts';

/** The demo's environments live in a folder of this test's own. */
const folder = vi.hoisted(() => {
  const made = process.getBuiltinModule('node:fs').mkdtempSync('/tmp/journey-');
  process.env['OI_ENVIRONMENTS'] = made;
  return made;
});

const ENVIRONMENT = 'journey';
const SESSIONS = 6;
/** From the open: half an hour of history, then a horizon of quarter of an hour for the first answers. */
const LIVE_MINUTES = 55;

const silent = { write: () => true };
const output = openOutput(
  false,
  silent as unknown as typeof process.stdout,
  silent as unknown as typeof process.stderr,
);
const both = script(SESSIONS, 0.4);
/** One of the demo's two exchanges: half the time, every stage. */
const play = {
  ...both,
  exchanges: ['NSE'] as const,
  specs: both.specs.filter(({ exchange }) => exchange === 'NSE'),
};

let scene: Setting;
let history: HistoryReport;
let promotions: PromotionReport[];
let live: LiveReport;
beforeAll(async () => {
  const simulated = at(play.history[0]!, '15:31');
  const local = await startLocalCloud(ENVIRONMENT, { gateProfile: 'demo', simulated }, output);
  scene = setting(play, connect(ENVIRONMENT), local, output);
  history = await playHistory(scene);
  promotions = await playPromotions(scene, history.night.training ?? []);
  live = await playLiveDay(scene, LIVE_MINUTES);
}, 600_000);
afterAll(async () => {
  await stopLocalCloud(ENVIRONMENT);
  rmSync(folder, { recursive: true, force: true });
});

const get = <T>(path: string, query: Record<string, string> = {}) =>
  scene.viewer.call<T>({ method: 'GET', path, query });

describe('six simulated sessions of one exchange, their nights, and an hour of trading', () => {
  it('every snapshot that was posted is in its day', () => {
    const days = history.night.days ?? [];
    expect(days.map(({ exchange, ok }) => [exchange, ok])).toEqual([['NSE', true]]);
    expect(history.snapshots).toBeGreaterThan(SESSIONS * 370);
  });

  it('what was served live equals what the lake gives, row by row', () => {
    for (const day of history.night.days ?? []) {
      if (!day.ok) throw new Error(day.cause);
      expect(day.feature.served, day.exchange).toBeGreaterThan(30);
      expect(day.feature.equal, day.exchange).toBe(day.feature.served);
    }
  });

  it('the night leaves a dataset version, a candidate and a verdict', () => {
    const { dataset, training = [] } = history.night;
    expect(dataset?.version).toBe(play.history.at(-1));
    expect(dataset?.content_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(training).toHaveLength(1);
    for (const one of training) {
      if (!one.ok) throw new Error(one.cause);
      expect(one.train.version).toMatch(new RegExp(`^${dataset?.version}-[0-9a-f]{8}$`));
      expect(one.train.exploratory).toBe(false);
      expect(one.evaluate.pass).toBe(one.evaluate.failed.length === 0);
    }
  });

  it('the candidate is promoted, by verdict or by override, and answers', async () => {
    expect(promotions).toHaveLength(1);
    for (const { exchange, version, pass, override } of promotions) {
      expect(override).toBe(!pass);
      const pointer = await get<{ version: string }>(`/v1/models/${exchange}/live`);
      expect(pointer.version).toBe(version);
    }
  });

  it('each live minute is answered by the live version, after half an hour with probabilities', async () => {
    expect(live).toMatchObject({ snapshots: LIVE_MINUTES, answers: LIVE_MINUTES });
    const { recommendations } = await get<{ recommendations: Recommendation[] }>('/v1/recommendations', {
      exchange: 'NSE',
      date: play.liveDay,
    });
    const version = promotions[0]?.version;
    const asked = recommendations.filter(({ probabilities }) => probabilities !== null);
    expect(asked.length).toBeGreaterThan(15);
    for (const { model_version } of asked) expect(model_version).toBe(version);
  });

  it('every stage of the journey has something in it on one of the two days', async () => {
    const days = [play.history.at(-1)!, play.liveDay];
    const answers = await Promise.all(days.map((date) => get<JourneyAnswer>('/v1/journey', { date })));
    for (const { name } of JOURNEY) {
      const out = answers.map(({ stages }) => stages.find(({ stage }) => stage === name)?.out ?? 0);
      expect(Math.max(...out), name).toBeGreaterThan(0);
    }
  });
});
