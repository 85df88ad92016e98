import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JourneyAnswer } from '../../cli/commands/journey.ts';
import { trainedBy } from '../../cli/commands/nightly.ts';
import { connect } from '../../cli/connection.ts';
import { type DriftReport, playDriftDay } from '../../cli/demo/drift-day.ts';
import { type HistoryReport, playHistory } from '../../cli/demo/history.ts';
import { type LiveReport, playLiveDay } from '../../cli/demo/live-day.ts';
import { at, script } from '../../cli/demo/script.ts';
import { type Setting, setting } from '../../cli/demo/setting.ts';
import { type PromotionReport, playPromotions } from '../../cli/demo/verdict.ts';
import { runMachine } from '../../cli/executions.ts';
import { startLocalCloud, stopLocalCloud } from '../../cli/local-cloud.ts';
import { lakeOf } from '../../cli/models/report.ts';
import { openOutput } from '../../cli/output.ts';
import type { AlertState } from '../../shared/domain/alerts/alert-state.ts';
import type { DriftReport as DriftFinding } from '../../shared/domain/drift/drift-report.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { JOURNEY, type StageName } from '../../shared/journey.ts';

/** The demo's environments live in a folder of this test's own. */
const folder = vi.hoisted(() => {
  const made = process.getBuiltinModule('node:fs').mkdtempSync('/tmp/journey-');
  process.env['OI_ENVIRONMENTS'] = made;
  return made;
});

const ENVIRONMENT = 'journey';
/** The fewest of which a candidate is not exploratory. */
const SESSIONS = 5;
/** Of the history, these have an hour that was played live. */
const LIVE_SESSIONS = 1;
/** From the open: half an hour of history, then a horizon of quarter of an hour for the first answers. */
const LIVE_MINUTES = 50;
/** Half an hour of history, then the 30 rows that the drift rules need. */
const DRIFT_MINUTES = 62;

const silent = { write: () => true };
const output = openOutput(
  false,
  silent as unknown as typeof process.stdout,
  silent as unknown as typeof process.stderr,
);
/** One of the demo's two exchanges, and the chain that its signals trade: half the time, every stage. */
const play = script(SESSIONS, 0.4, ['NSE']);
const CHAINS = ['NSE', 'NSE_MONTHLY'];

let scene: Setting;
let history: HistoryReport;
let promotions: PromotionReport[];
let live: LiveReport;
let drift: DriftReport;
beforeAll(async () => {
  const simulated = at(play.history[0]!, '15:31');
  const local = await startLocalCloud(
    ENVIRONMENT,
    { gateProfile: 'demo', nightlySchedule: false, simulated },
    output,
  );
  scene = setting(play, connect(ENVIRONMENT), local, output);
  history = await playHistory(scene, LIVE_SESSIONS);
  promotions = await playPromotions(scene, history.night.training ?? []);
  live = await playLiveDay(scene, LIVE_MINUTES);
  drift = await playDriftDay(scene, DRIFT_MINUTES);
}, 600_000);
afterAll(async () => {
  await stopLocalCloud(ENVIRONMENT);
  rmSync(folder, { recursive: true, force: true });
});

const get = <T>(path: string, query: Record<string, string> = {}) =>
  scene.viewer.call<T>({ method: 'GET', path, query });

type Day = 'lastOfHistory' | 'live' | 'drift';

/** The stages that must have something in and out, by day. Promote has its own test: the gate may approve none. */
const FILLED: Readonly<Record<Day, readonly StageName[]>> = {
  lastOfHistory: [
    ...(['ingest', 'batch', 'feature', 'score', 'audit', 'compact', 'label'] as const),
    ...(['dataset', 'train', 'evaluate', 'health'] as const),
  ],
  live: [
    ...(['ingest', 'batch', 'feature', 'score', 'audit', 'compact', 'label', 'outcome'] as const),
    ...(['dataset', 'drift', 'health'] as const),
  ],
  drift: ['ingest', 'batch', 'feature', 'score', 'audit', 'drift', 'health', 'alert'],
};

async function stagesOf(day: Day) {
  const dates = { lastOfHistory: play.history.at(-1)!, live: play.liveDay, drift: play.driftDay };
  const { stages } = await get<JourneyAnswer>('/v1/journey', { date: dates[day] });
  return new Map(stages.map((row) => [row.stage, row]));
}

describe('five simulated sessions of one exchange, their nights, an hour of trading, and a changed market', () => {
  it('every snapshot that was posted is in its day', () => {
    const days = history.night.days ?? [];
    expect(days.map(({ exchange, ok }) => [exchange, ok])).toEqual(CHAINS.map((chain) => [chain, true]));
    expect(history.snapshots).toBeGreaterThan(CHAINS.length * SESSIONS * 370);
  });

  it('what was served live equals what the lake gives, row by row', () => {
    for (const day of history.night.days ?? []) {
      if (!day.ok) throw new Error(day.cause);
      // Of a chain that is only traded nothing is served.
      if (day.exchange === 'NSE') expect(day.feature.served).toBeGreaterThan(30);
      else expect(day.feature.served).toBe(0);
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
    expect(live).toMatchObject({ snapshots: CHAINS.length * LIVE_MINUTES, answers: LIVE_MINUTES });
    const { recommendations } = await get<{ recommendations: Recommendation[] }>('/v1/recommendations', {
      exchange: 'NSE',
      date: play.liveDay,
    });
    const version = promotions[0]?.version;
    const asked = recommendations.filter(({ probabilities }) => probabilities !== null);
    expect(asked.length).toBeGreaterThan(15);
    for (const { model_version } of asked) expect(model_version).toBe(version);
  });

  it('an answer that acts names a contract of the monthly chain, and is judged by its quotes', async () => {
    const { recommendations } = await get<{ recommendations: Recommendation[] }>('/v1/recommendations', {
      exchange: 'NSE',
      date: play.liveDay,
    });
    for (const { symbol, action } of recommendations.filter((one) => one.symbol !== null)) {
      expect(symbol).toMatch(action === 'BUY' ? /^NIFTY26FEB\d+CE$/ : /^NIFTY26FEB\d+PE$/);
    }
    const [trained] = trainedBy(history.night);
    const verdict = await lakeOf(scene.connection).get(trained!.evaluate.verdict_key);
    expect(JSON.parse(new TextDecoder().decode(verdict))).toMatchObject({
      rests_on: 'options',
      options: { policy: 'tracker-v2', contract: { chain: 'NSE_MONTHLY' }, not_recorded: [] },
    });
  });

  it('the changed market is told by e-mail and in Slack, for each promoted exchange', async () => {
    expect(drift).toMatchObject({ date: play.driftDay, snapshots: DRIFT_MINUTES * CHAINS.length });
    expect(drift.emails.filter((subject) => subject.includes('no data'))).toEqual([]);
    const messages = (await scene.control.slackMessages()).filter(
      ({ receivedAt }) => String(receivedAt) >= play.driftDay,
    );
    expect(drift.slack).toBe(messages.length);
    for (const { exchange } of promotions) {
      const title = `${exchange}: drift in `;
      expect(drift.emails.filter((subject) => subject.includes(title))).toHaveLength(1);
      expect(messages.filter((message) => JSON.stringify(message).includes(title))).toHaveLength(1);
    }
  });

  it('GET /v1/drift and /v1/alerts show it, against the version that is live', async () => {
    const { alerts } = await get<{ alerts: AlertState[] }>('/v1/alerts', { status: 'open' });
    for (const { exchange, version } of promotions) {
      const { reports } = await get<{ reports: DriftFinding[] }>('/v1/drift', { exchange });
      expect(reports).toHaveLength(1);
      expect(reports[0]).toMatchObject({ exchange, model_version: version, status: 'drifted' });
      expect(reports[0]!.at >= play.driftDay).toBe(true);
      expect(reports[0]!.rows).toBeGreaterThanOrEqual(30);
      expect(reports[0]!.drifted).toBeGreaterThan(0);
      const told = alerts.filter((alert) => alert.rule === 'feature-drift' && alert.exchange === exchange);
      expect(told).toHaveLength(1);
      expect(told[0]!.opened_at >= play.driftDay).toBe(true);
    }
  });

  it('each stage has something in and out on the days it works', async () => {
    for (const [day, filled] of Object.entries(FILLED)) {
      const rows = await stagesOf(day as Day);
      for (const name of filled) {
        expect(rows.get(name)?.in, `${day}: into ${name}`).toBeGreaterThan(0);
        expect(rows.get(name)?.out, `${day}: out of ${name}`).toBeGreaterThan(0);
      }
    }
    const demanded = new Set([...Object.values(FILLED).flat(), 'promote']);
    expect([...demanded].sort()).toEqual(JOURNEY.map(({ name }) => name).sort());
  });

  it('promote counts what was approved, and each decision: an override was refused first', async () => {
    const approved = promotions.filter(({ pass }) => pass).length;
    const decisions = promotions.reduce((sum, { override }) => sum + (override ? 2 : 1), 0);
    const rows = await stagesOf('lastOfHistory');
    expect(rows.get('promote')).toMatchObject({ in: approved, out: decisions });
  });

  it('a short day is counted as it was posted', async () => {
    for (const [day, minutes] of [
      ['live', LIVE_MINUTES],
      ['drift', DRIFT_MINUTES],
    ] as const) {
      const posted = CHAINS.length * minutes;
      expect((await stagesOf(day)).get('ingest')).toMatchObject({ in: posted, out: posted });
    }
  });
});

describe('the train stage as a container job', () => {
  it("leaves the night's own candidate, and the same verdict", async () => {
    const { dataset, training = [] } = history.night;
    const [night] = trainedBy({ ...history.night, training });
    const connection = connect(ENVIRONMENT);
    const { output: trained } = await runMachine(connection, connection.trainingMachineArn!, {
      ...{ exchange: 'NSE', target: 'tb15', dataset_version: dataset!.version, as: 'job' },
    });
    expect(trained).toMatchObject({
      dataset_version: dataset!.version,
      training: [
        {
          ...{ ok: true, exchange: 'NSE', target: 'tb15', runs_as: 'job' },
          train: { version: night!.train.version, labelled_rows: night!.train.labelled_rows, created: false },
          evaluate: { pass: night!.evaluate.pass, failed: night!.evaluate.failed },
        },
      ],
    });
  }, 240_000);
});
