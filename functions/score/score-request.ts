import type * as z from 'zod';
import { describeIssue, type Wording } from '../../shared/describe-issue.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import { acceptSnapshots, MAX_SKEW_MINUTES } from '../../shared/domain/market/accept.ts';
import { acceptWindow } from '../../shared/domain/market/accept-window.ts';
import { epochMs, MINUTE_MS, sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { postedRow } from '../../shared/domain/scoring/given.ts';
import { parseScoreBody } from '../../shared/domain/scoring/parse-score-body.ts';
import { meanRow } from '../../shared/domain/scoring/probe-rows.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { ScoreBody } from '../../shared/domain/scoring/score-body.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { FeatureService } from '../../shared/ports/feature-service.ts';
import type { AnsweringModel, VectorToScore } from '../../shared/ports/model-service.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { ScoreQuestion } from './answer-question.ts';
import { windowVector } from './posted-window.ts';

interface Ports {
  readonly score: (question: ScoreQuestion) => Promise<Recommendation>;
  readonly record: (answer: Recommendation, row: FeatureRow | undefined) => Promise<Recommendation>;
  readonly window: OnlineWindow;
  readonly snapshotRow: (stored: StoredSnapshot, set: FeatureSet) => Promise<FeatureRow | undefined>;
  readonly features: FeatureService;
  readonly clock: Clock;
}

/**
 * Answers a scoring request. `note` hears, before the answer, that drivers were asked for and the input had been answered
 * without: an input has one record, and that one is given again. @throws RejectedInput naming the field that is wrong.
 */
export function scoreRequest(ports: Ports) {
  return async (body: unknown, note: (said: string) => void = () => {}): Promise<Recommendation> => {
    const parsed = parseScoreBody(body);
    if (!parsed.success) throw rejected(parsed.error, body);
    assertOneInput(parsed.data);
    const { exchange, target, probe, explain } = parsed.data;
    const find = vectorFor(ports, parsed.data);
    let asked: VectorToScore | undefined;
    const answer = await ports.score({
      exchange,
      target,
      vectorFor: async (model) => {
        const found = await find(model);
        asked = found && { ...found, explains: explain };
        return asked;
      },
    });
    if (probe) return answer;
    // A challenger filters the regime over the online window, which a posted window is not part of.
    const kept = await ports.record(answer, asked?.given === 'window' ? undefined : asked?.vector);
    if (answer.drivers.length > 0 && kept.drivers.length === 0) note(answeredWithout(kept));
    return kept;
  };
}

function answeredWithout({ recorded_at }: Recommendation): string {
  return `answered at ${recorded_at} without drivers; that record is given again`;
}

const INPUTS = ['probe', 'snapshot', 'window', 'features'] as const;

/** What was posted that nobody looks at is an answer to another question than the caller's. */
function assertOneInput(body: ScoreBody): void {
  const [first, second] = INPUTS.filter((name) => (name === 'probe' ? body.probe : body[name] !== undefined));
  if (second === undefined) return;
  const message =
    `${second}: expected at most one of ${INPUTS.join(', ')}, was ${first} and ${second}; ` +
    'send one of them, or none for the latest minute of the online window';
  throw new RejectedInput(message, { field: second });
}

type VectorFor = ScoreQuestion['vectorFor'];

function vectorFor(ports: Ports, body: ScoreBody): VectorFor {
  const { exchange } = body;
  if (body.probe) return async (model) => kept(probeRow(ports, body, model));
  if (body.features !== undefined) {
    return async ({ set }) => ({ vector: givenRow(ports, body, set), given: 'features' });
  }
  if (body.window !== undefined) {
    const snapshots = acceptWindow(body.window, { exchange, recordedAt: utcIso(ports.clock()) });
    return async ({ set }) => windowVector(ports.features, snapshots, set);
  }
  if (body.snapshot === undefined) return async ({ set }) => kept(await latestRow(ports, exchange, set));
  const stored = acceptedSnapshot(ports, body);
  return async ({ set }) => kept(await ports.snapshotRow(stored, set));
}

/** A vector that the loop itself made. */
function kept(vector: FeatureRow | undefined): VectorToScore | undefined {
  return vector && { vector };
}

async function latestRow(
  { window, clock }: Ports,
  exchange: Exchange,
  { id }: FeatureSet,
): Promise<FeatureRow | undefined> {
  const nowMs = clock();
  return window.latestFeatureRow(exchange, sessionDate(nowMs), id, nowMs + MINUTE_MS);
}

/** The first row of the bundle that answers, whichever is live by now: a row of another one may be of another width. */
function probeRow(
  ports: Ports,
  { exchange }: ScoreBody,
  { set, reference }: AnsweringModel,
): FeatureRow | undefined {
  if (reference === null) return undefined;
  return rowAt(ports, set, exchange, utcIso(ports.clock()), meanRow(reference), 0);
}

function givenRow(
  ports: Ports,
  { exchange, timestamp, features = {} }: ScoreBody,
  set: FeatureSet,
): FeatureRow {
  const names = featureNames(set);
  const known = knownOf(names);
  const unknown = Object.keys(features).find((name) => !known.has(name));
  if (unknown !== undefined) {
    const message =
      `features.${unknown}: expected a feature of ${set.id}, was an unknown name; ` +
      'leave it out, or spell it as the feature set does';
    throw new RejectedInput(message, { field: `features.${unknown}` });
  }
  const values = Float64Array.from(names, (name) => Number(features[name] ?? Number.NaN));
  const at = timestamp === undefined ? utcIso(ports.clock()) : pastMoment(timestamp, ports.clock());
  return rowAt(ports, set, exchange, at, values, Number(features['underlying_price'] ?? 0));
}

/** Nobody has features of a moment to come: they would never be stale. */
function pastMoment(timestamp: string, nowMs: number): string {
  const atMs = epochMs(timestamp);
  if (atMs - nowMs <= MAX_SKEW_MINUTES * MINUTE_MS) return utcIso(atMs);
  const message =
    `timestamp: expected at most ${MAX_SKEW_MINUTES} minutes after ${utcIso(nowMs)}, was ${timestamp}; ` +
    'check the clock, or leave it out for now';
  throw new RejectedInput(message, { field: 'timestamp' });
}

const namesOf = new WeakMap<readonly string[], ReadonlySet<string>>();

/** A set's names, to look one up: it has one list of them. */
function knownOf(names: readonly string[]): ReadonlySet<string> {
  const found = namesOf.get(names) ?? new Set(names);
  namesOf.set(names, found);
  return found;
}

function rowAt(
  { clock }: Ports,
  { id }: FeatureSet,
  exchange: Exchange,
  timestamp: string,
  values: Float64Array,
  price: number,
): FeatureRow {
  const now = utcIso(clock());
  const times = { timestamp, received_at: now, recorded_at: now };
  return postedRow({ exchange, set: id, ...times, values, quality_flags: [], underlying_price: price });
}

function acceptedSnapshot({ clock }: Ports, { exchange, snapshot }: ScoreBody): StoredSnapshot {
  if (Array.isArray(snapshot)) {
    const message = `snapshot: expected one snapshot, was a list of ${snapshot.length}`;
    throw new RejectedInput(message, { field: 'snapshot' });
  }
  const { accepted, rejected: refused } = acceptSnapshots(snapshot, {
    recordedAt: utcIso(clock()),
    backfill: false,
  });
  const [stored] = accepted;
  if (stored === undefined) throw new RejectedInput(`snapshot.${refused[0]?.reason}`, { field: 'snapshot' });
  if (stored.exchange === exchange) return stored;
  const message = `snapshot.exchange: expected ${exchange} as in the request, was ${stored.exchange}`;
  throw new RejectedInput(message, { field: 'snapshot.exchange' });
}

const WORDING: Wording = {
  record: 'body',
  remedies: {
    exchange: 'name the exchange whose model is to answer',
    target: 'leave it out: other targets are research, and not served',
    explain: 'send false for an answer without drivers, or leave it out',
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
