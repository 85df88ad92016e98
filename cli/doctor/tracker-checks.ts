import { readFileSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { decisionSchema } from '../../shared/domain/scoring/decide.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import {
  scoredSignals,
  type TrackerSignal,
  type TrackerThresholds,
  trackerAcceptance,
  trackerThresholdsSchema,
} from '../../shared/domain/scoring/tracker-acceptance.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Api } from '../../shared/ports/api.ts';
import type { Connection } from '../connection.ts';
import { apiAs } from '../context.ts';
import { listModels } from '../models/registry-api.ts';
import { type Finding, none, ok, warn } from './finding.ts';

/** Fewer are let through than one in twenty: nearly everything is rejected. */
const NEARLY_NONE = 0.05;
const ANSWERS = 500;
const columnsSchema = z.object({
  sell: z.array(z.number()),
  hold: z.array(z.number()),
  buy: z.array(z.number()),
});

/**
 * The tracker's own thresholds from a JSON file with `min_confidence` and `min_kelly`; what it ships with where a name is
 * left out or no file is given. @throws RejectedInput for a file that is none.
 */
export function readThresholds(file: string | undefined): TrackerThresholds {
  const given = file === undefined ? {} : readJson(file);
  const parsed = trackerThresholdsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw refused(`${file}: ${describeIssue(parsed.error.issues, given, plainWording('the file'))}`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refused(`${file}: ${(error as Error).message}`, error);
  }
}

function refused(was: string, cause?: unknown): RejectedInput {
  const message = `--tracker-config: expected JSON with min_confidence and min_kelly, was ${was}`;
  return new RejectedInput(message, { field: 'tracker-config', cause });
}

/** Whether the tracker would execute what the live bundles recommend: by their own scores, and by the recent answers. */
export async function checkTracker(
  connection: Connection,
  exchanges: readonly Exchange[],
  thresholds: TrackerThresholds,
): Promise<Finding[]> {
  const api = apiAs(connection, 'operator');
  const findings: Finding[] = [];
  for (const exchange of exchanges) {
    const scores = await bundleSignals(connection, api, exchange);
    if (scores !== undefined) findings.push(judge(`scores of ${exchange}`, scores, thresholds));
    findings.push(judge(`answers of ${exchange}`, await recentSignals(api, exchange), thresholds));
  }
  return findings.length > 0
    ? findings
    : [none('tracker', 'no model is live, so there is nothing to reject')];
}

async function recentSignals(api: Api, exchange: Exchange): Promise<TrackerSignal[]> {
  const query = { exchange, limit: String(ANSWERS) };
  const answer = { method: 'GET', path: '/v1/recommendations', query } as const;
  const { recommendations } = await api.call<{ recommendations: Recommendation[] }>(answer);
  return recommendations
    .filter(({ execute }) => execute)
    .map(({ confidence, kelly_full }) => ({ confidence, kellyFull: kelly_full }));
}

async function bundleSignals(
  { environment, region, lakeBucket }: Connection,
  api: Api,
  exchange: Exchange,
): Promise<TrackerSignal[] | undefined> {
  const { live, models } = await listModels(api, { exchange, target: PRODUCTION_TARGET });
  const version = live.find((pointer) => pointer.exchange === exchange)?.version;
  const row = models.find((one) => one.exchange === exchange && one.version === version);
  if (row === undefined) return undefined;
  Object.assign(process.env, environment);
  const bucket = s3ObjectStore(new S3Client({ region }), lakeBucket);
  const json = async (path: string): Promise<unknown> =>
    JSON.parse(new TextDecoder().decode(await bucket.get(`${row.bundle_prefix}${path}`)));
  const decision = decisionSchema.parse(await json('decision.json'));
  return scoredSignals(columnsSchema.parse(await json('oof.json')), decision, riskPolicy().kelly);
}

/** What the thresholds make of some signals. */
export function judge(
  check: string,
  signals: readonly TrackerSignal[],
  thresholds: TrackerThresholds,
): Finding {
  const found = trackerAcceptance(signals, thresholds);
  if (found.signals === 0) return none(check, 'no signal that the risk rules let through');
  const { min_confidence, min_kelly } = thresholds;
  const says =
    `the tracker would execute ${found.accepted} of ${found.signals} signals with an edge: ` +
    `${found.confident} reach confidence ${min_confidence} (highest ${(found.highestConfidence ?? 0).toFixed(2)}), ` +
    `${found.sized} reach Kelly ${min_kelly} (highest ${(found.highestKelly ?? 0).toFixed(2)})`;
  if (found.accepted >= NEARLY_NONE * found.signals) return ok(check, says);
  return warn(
    check,
    says,
    "let the tracker go by the answer's execute, or lower its thresholds: confidences are calibrated and Kelly is of a lower bound here",
  );
}
