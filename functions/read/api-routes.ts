import * as z from 'zod';
import { feedbackSchema, storedFeedbackSchema } from '../../shared/domain/audit/feedback.ts';
import { tradeSchema } from '../../shared/domain/audit/trade.ts';
import { chainSnapshotSchema } from '../../shared/domain/market/snapshot.ts';
import { outcomesAnswerSchema } from '../../shared/domain/outcomes/statistics.ts';
import { challengerBodySchema, challengerSchema } from '../../shared/domain/promotion/challenger.ts';
import { backendAnswerSchema, backendBodySchema } from '../../shared/domain/promotion/plan-backend.ts';
import { controlBodySchema, controlSchema } from '../../shared/domain/risk/control.ts';
import { rebuildAnswerSchema, rebuildBodySchema } from '../../shared/domain/risk/rebuild.ts';
import { recommendationSchema } from '../../shared/domain/scoring/recommendation.ts';
import { riskAnswerSchema } from '../../shared/domain/scoring/risk-answer.ts';
import { scoreBodySchema } from '../../shared/domain/scoring/score-body.ts';
import { driftAnswerSchema, driftQuerySchema } from './drift-reports.ts';
import { healthAnswerSchema, healthQuerySchema } from './health-summaries.ts';
import { journeyAnswerSchema, journeyQuerySchema } from './journey-counts.ts';
import { alertsAnswerSchema, alertsQuerySchema } from './list-alerts.ts';
import { datasetsAnswerSchema, datasetsQuerySchema } from './list-datasets.ts';
import { modelsAnswerSchema, modelsQuerySchema } from './list-models.ts';
import { recommendationsAnswerSchema, recommendationsQuerySchema } from './list-recommendations.ts';
import { tradesAnswerSchema, tradesQuerySchema } from './list-trades.ts';
import { liveModelAnswerSchema, liveModelQuerySchema } from './live-model.ts';
import { outcomesQuerySchema } from './outcome-statistics.ts';
import { trailAnswerSchema, trailPathSchema } from './recommendation-trail.ts';
import { riskQuerySchema } from './risk-status.ts';
import { shadowAnswerListSchema, shadowQuerySchema } from './shadow-report.ts';

/** One route of the HTTP API, as its document describes it. */
export interface ApiRoute {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  /** Query and path parameters. */
  readonly parameters?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly status: number;
  readonly answer: z.ZodType;
  /** Media type of the answer when it is not JSON. */
  readonly media?: string;
}

const ingestAnswerSchema = z.object({
  accepted: z.number().int().nonnegative(),
  rejected: z.array(z.object({ index: z.number().int().nonnegative(), reason: z.string() })),
  ignored_fields: z.number().int().nonnegative(),
});

const tradeAnswerSchema = z.object({
  trade_id: z.string(),
  recommendation_id: z.ulid().nullable(),
  status: z.enum(['executed', 'rejected', 'closed']),
  stored: z.boolean(),
  orphan: z.boolean(),
  note: z.string().nullable(),
});

const backfillSchema = z.object({
  backfill: z.enum(['true', 'false']).default('false').describe('Old timestamps are allowed.'),
});

function get(path: string, summary: string, parameters: z.ZodObject, answer: z.ZodType): ApiRoute {
  return { method: 'get', path, summary, parameters, status: 200, answer };
}

/** Every route, POST ones first. */
export const API_ROUTES: readonly ApiRoute[] = [
  {
    method: 'post',
    path: '/v1/snapshots',
    summary: 'Takes one chain snapshot or many; answers once they are durable.',
    parameters: backfillSchema,
    body: z.union([chainSnapshotSchema, z.array(chainSnapshotSchema).min(1)]),
    status: 202,
    answer: ingestAnswerSchema,
  },
  {
    method: 'post',
    path: '/v1/score',
    summary:
      'Answers with a recommendation on the latest minute, or on one of: a snapshot, a window of snapshots, features; ' +
      'HOLD with its reason where no model may speak. An input has one record: asked for drivers after an answer without, ' +
      'it is given again without, and the header OI-Note says so.',
    body: scoreBodySchema,
    status: 200,
    answer: recommendationSchema,
  },
  {
    method: 'post',
    path: '/v1/trades',
    summary: 'Takes the report of a paper trade: executed, rejected or closed.',
    body: tradeSchema,
    status: 202,
    answer: tradeAnswerSchema,
  },
  {
    method: 'post',
    path: '/v1/feedback',
    summary: "Takes an operator's own label of a recommendation, beside its outcome; never a training label.",
    body: feedbackSchema,
    status: 202,
    answer: storedFeedbackSchema,
  },
  {
    method: 'post',
    path: '/v1/shadow',
    summary: 'Sets or stops the challenger that is scored beside the live model; for operators.',
    body: challengerBodySchema,
    status: 200,
    answer: challengerSchema,
  },
  {
    method: 'post',
    path: '/v1/backend',
    summary:
      'Chooses who computes the answers of a version, the bundle in process or an endpoint; for operators.',
    body: backendBodySchema,
    status: 200,
    answer: backendAnswerSchema,
  },
  {
    method: 'post',
    path: '/v1/risk',
    summary: 'Halts trading on an exchange or on all, or lets it go on; for operators.',
    body: controlBodySchema,
    status: 200,
    answer: controlSchema,
  },
  {
    method: 'post',
    path: '/v1/risk/rebuild',
    summary: "Books a session's trades and results into the risk table again; for operators.",
    body: rebuildBodySchema,
    status: 200,
    answer: rebuildAnswerSchema,
  },
  get(
    '/v1/recommendations',
    'The answers of a session, newest first.',
    recommendationsQuerySchema,
    recommendationsAnswerSchema,
  ),
  get(
    '/v1/recommendations/{id}',
    'One answer with its trades and outcomes.',
    trailPathSchema,
    trailAnswerSchema,
  ),
  get(
    '/v1/trades',
    'The trade reports of a day, oldest first, whoever made them.',
    tradesQuerySchema,
    tradesAnswerSchema,
  ),
  get(
    '/v1/outcomes',
    'How answers and trades turned out over a window of sessions, by exchange, regime, confidence, model or horizon.',
    outcomesQuerySchema,
    outcomesAnswerSchema,
  ),
  get('/v1/models', 'Model versions, and which are live.', modelsQuerySchema, modelsAnswerSchema),
  get(
    '/v1/models/{exchange}/live',
    'Which bundle was live at a moment.',
    liveModelQuerySchema,
    liveModelAnswerSchema,
  ),
  get(
    '/v1/shadow',
    'The challenger of each exchange, judged against what is live.',
    shadowQuerySchema,
    shadowAnswerListSchema,
  ),
  get('/v1/risk', 'The totals of the session beside every limit.', riskQuerySchema, riskAnswerSchema),
  get('/v1/datasets', 'Dataset versions, newest first.', datasetsQuerySchema, datasetsAnswerSchema),
  get('/v1/drift', 'The newest drift reports.', driftQuerySchema, driftAnswerSchema),
  get('/v1/health', 'The newest health summaries.', healthQuerySchema, healthAnswerSchema),
  get('/v1/alerts', 'Alerts, open ones first.', alertsQuerySchema, alertsAnswerSchema),
  get(
    '/v1/journey',
    'The stages in order, with what went in and came out on a day.',
    journeyQuerySchema,
    journeyAnswerSchema,
  ),
  { ...get('/v1/openapi.json', 'This document.', z.object({}), z.looseObject({ openapi: z.string() })) },
  {
    ...get(
      '/metrics',
      'The newest health summaries in the Prometheus text format.',
      z.object({}),
      z.string(),
    ),
    media: 'text/plain',
  },
];
