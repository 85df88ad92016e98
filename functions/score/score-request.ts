import type { z } from 'zod';
import { computeNow } from '../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { type FeatureSet, featureNames, featureUid } from '../../shared/domain/features/feature-set.ts';
import { qualityOf } from '../../shared/domain/features/row-quality.ts';
import { timelineOf, windowTerms } from '../../shared/domain/features/window.ts';
import { acceptSnapshots } from '../../shared/domain/market/accept.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, epochMs, MINUTE_MS, sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import { qualityTerms } from '../../shared/domain/market/quality/terms.ts';
import { describeIssue, type Wording } from '../../shared/domain/market/rejection.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { probeRows } from '../../shared/domain/scoring/probe-rows.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { type ScoreBody, scoreBodySchema } from '../../shared/domain/scoring/score-body.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { ScorePorts, ScoreQuestion } from './score-features.ts';

interface Ports {
  readonly score: (question: ScoreQuestion) => Promise<Recommendation>;
  readonly record: (answer: Recommendation) => Promise<Recommendation>;
  readonly openBundle: ScorePorts['openBundle'];
  readonly livePointer: ScorePorts['livePointer'];
  readonly window: OnlineWindow;
  readonly toBatch: MessageQueue;
  readonly featureSet: FeatureSet;
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
  readonly clock: Clock;
}

/** Answers a scoring request. @throws RejectedInput naming the field that is wrong. */
export function scoreRequest(ports: Ports) {
  return async (body: unknown): Promise<Recommendation> => {
    const parsed = scoreBodySchema.safeParse(body);
    if (!parsed.success) throw rejected(parsed.error, body);
    const { exchange, target, probe } = parsed.data;
    const row = await rowOf(ports, parsed.data);
    const answer = await ports.score({ exchange, target, row });
    return probe ? answer : ports.record(answer);
  };
}

async function rowOf(ports: Ports, body: ScoreBody): Promise<FeatureRow | undefined> {
  if (body.probe) return probeRow(ports, body);
  if (body.features !== undefined) return givenRow(ports, body);
  if (body.snapshot !== undefined) return snapshotRow(ports, body);
  return latestRow(ports, body.exchange);
}

async function latestRow(
  { window, featureSet, clock }: Ports,
  exchange: Exchange,
): Promise<FeatureRow | undefined> {
  const nowMs = clock();
  return window.latestFeatureRow(exchange, sessionDate(nowMs), featureSet.id, nowMs + MINUTE_MS);
}

async function probeRow(ports: Ports, { exchange, target }: ScoreBody): Promise<FeatureRow | undefined> {
  const pointer = await ports.livePointer(exchange, target);
  if (pointer === undefined) return undefined;
  const { reference } = await ports.openBundle(pointer.bundle_prefix);
  const [values] = probeRows(reference);
  return values && rowAt(ports, exchange, utcIso(ports.clock()), values, 0);
}

function givenRow(ports: Ports, { exchange, timestamp, features = {} }: ScoreBody): FeatureRow {
  const names = featureNames(ports.featureSet);
  const unknown = Object.keys(features).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const message =
      `features.${unknown}: expected a feature of ${ports.featureSet.id}, was an unknown name; ` +
      'leave it out, or spell it as the feature set does';
    throw new RejectedInput(message, { field: `features.${unknown}` });
  }
  const values = Float64Array.from(names, (name) => Number(features[name] ?? Number.NaN));
  const at = timestamp === undefined ? utcIso(ports.clock()) : utcIso(epochMs(timestamp));
  return rowAt(ports, exchange, at, values, Number(features['underlying_price'] ?? 0));
}

function rowAt(
  ports: Ports,
  exchange: Exchange,
  timestamp: string,
  values: Float64Array,
  price: number,
): FeatureRow {
  const now = utcIso(ports.clock());
  return {
    uid: featureUid(exchange, timestamp, ports.featureSet.id),
    timestamp,
    received_at: now,
    recorded_at: now,
    exchange,
    feature_set: ports.featureSet.id,
    snapshot_id: '',
    underlying_price: price,
    values,
    quality_flags: [],
  };
}

/** The snapshot is merged into its minute and sent to the lake first, so that what is served and what is kept agree. */
async function snapshotRow(ports: Ports, { exchange, snapshot }: ScoreBody): Promise<FeatureRow | undefined> {
  if (Array.isArray(snapshot)) {
    const message = `snapshot: expected one snapshot, was a list of ${snapshot.length}`;
    throw new RejectedInput(message, { field: 'snapshot' });
  }
  const { accepted, rejected: refused } = acceptSnapshots(snapshot, {
    recordedAt: utcIso(ports.clock()),
    backfill: false,
  });
  const [stored] = accepted;
  if (stored === undefined) throw new RejectedInput(`snapshot.${refused[0]?.reason}`, { field: 'snapshot' });
  if (stored.exchange !== exchange) {
    throw new RejectedInput(
      `snapshot.exchange: expected ${exchange} as in the request, was ${stored.exchange}`,
      {
        field: 'snapshot.exchange',
      },
    );
  }
  const timestampMs = epochMs(stored.timestamp);
  const date = sessionDate(timestampMs);
  await ports.toBatch.sendAll([stored]);
  const fromMs = timestampMs - ports.featureSet.windowMinutes * MINUTE_MS - MINUTE_MS;
  // Read first: the snapshot that this one replaces in its minute belongs to what its flags look back on.
  const before = await ports.window.minutes(exchange, date, fromMs, timestampMs);
  const counts = await ports.window.putMinute(stored, timestampMs + 3 * DAY_MS);
  const row = rowOfNewest(ports, exchange, date, counts ? [...before, stored] : before);
  if (row !== undefined) await ports.window.putFeatureRow(row, timestampMs + 3 * DAY_MS);
  return row;
}

function rowOfNewest(
  { featureSet, rules, quality }: Ports,
  exchange: Exchange,
  date: string,
  history: readonly StoredSnapshot[],
): FeatureRow | undefined {
  if (history.length === 0) return undefined;
  const row = computeNow(history, featureSet, windowTerms(date, rules[exchange]));
  if (row === null) return undefined;
  const judge = { terms: qualityTerms(date, rules[exchange]), policy: quality };
  return { ...row, quality_flags: qualityOf(timelineOf(history), history.length - 1, judge) };
}

const WORDING: Wording = {
  record: 'body',
  remedies: {
    exchange: 'name the exchange whose model is to answer',
    target: 'name what the model predicts, as tb15, or leave it out',
    probe: 'send true to score without a record, or leave it out',
    timestamp: 'write it with its offset, as 2025-12-04T12:35:00+05:30, or leave it out for now',
    features: 'send an object of feature values by name',
  },
  otherwise: 'send null when the value is missing',
  union: 'a number, "Infinity", "-Infinity" or null',
};

function rejected({ issues }: z.ZodError, body: unknown): RejectedInput {
  const field = issues[0]?.path.join('.') || 'body';
  return new RejectedInput(describeIssue(issues, body, WORDING), { field });
}
