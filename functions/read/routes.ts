import * as z from 'zod';
import type { ShadowPolicy } from '../../shared/domain/outcomes/shadow-policy.ts';
import type { RiskPolicy } from '../../shared/domain/scoring/risk-policy.ts';
import { NotFound } from '../../shared/errors.ts';
import type { AlertStore } from '../../shared/ports/alert-store.ts';
import type { Approvals } from '../../shared/ports/approvals.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { HealthStore } from '../../shared/ports/health-store.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';
import type { ShadowStore } from '../../shared/ports/shadow-store.ts';
import type { TallyStore } from '../../shared/ports/tally-store.ts';
import { dayWithData } from './day-with-data.ts';
import { driftQuerySchema, driftReports } from './drift-reports.ts';
import { healthQuerySchema, healthSummaries, metricsText, summariesCsv } from './health-summaries.ts';
import { journeyCounts, journeyQuerySchema } from './journey-counts.ts';
import { alertsQuerySchema, listAlerts } from './list-alerts.ts';
import { datasetsQuerySchema, listDatasets } from './list-datasets.ts';
import { listModels, modelsQuerySchema } from './list-models.ts';
import { listRecommendations, recommendationsQuerySchema } from './list-recommendations.ts';
import { listTrades, tradesQuerySchema } from './list-trades.ts';
import { liveModel, liveModelQuerySchema } from './live-model.ts';
import { openApi } from './open-api.ts';
import { outcomeStatistics, outcomesQuerySchema } from './outcome-statistics.ts';
import { parameters } from './query.ts';
import { recommendationTrail, trailPathSchema } from './recommendation-trail.ts';
import { riskQuerySchema, riskStatus } from './risk-status.ts';
import { shadowQuerySchema, shadowReport } from './shadow-report.ts';

interface Ports {
  readonly registry: BatchRegistry;
  readonly datasets: DatasetRegistry;
  readonly models: ModelRegistry;
  readonly approvals: Approvals;
  readonly recommendations: RecommendationStore;
  readonly tallies: TallyStore;
  readonly log: AuditLog;
  readonly window: OnlineWindow;
  readonly health: HealthStore;
  readonly alerts: AlertStore;
  readonly shadows: ShadowStore;
  readonly shadowPolicy: ShadowPolicy;
  readonly risk: RiskStore;
  readonly riskPolicy: RiskPolicy;
  readonly featureSet: string;
  readonly clock: Clock;
  readonly codeVersion: string;
}

export interface Answer {
  readonly contentType: string;
  readonly body: string;
}

type Given = Readonly<Record<string, string | undefined>>;
type Route = (given: Given) => Promise<Answer>;

/**
 * Answers the GET routes by their key (`GET /v1/models`), with query and path parameters together.
 * @throws RejectedInput naming a wrong parameter; NotFound for an unknown route.
 */
export function readRoutes(ports: Ports) {
  const { models, recommendations, health, alerts, datasets, clock } = ports;
  const newestDay = dayWithData(ports);
  const summaries = healthSummaries(health);
  const metrics = metricsText(health);
  const document = json(openApi(ports.codeVersion));
  const routes: Readonly<Record<string, Route>> = {
    'GET /v1/recommendations': answering(
      recommendationsQuerySchema,
      listRecommendations({ recommendations, dayWithData: newestDay }),
    ),
    'GET /v1/recommendations/{id}': answering(trailPathSchema, recommendationTrail(recommendations)),
    'GET /v1/trades': answering(tradesQuerySchema, listTrades({ recommendations, clock })),
    'GET /v1/outcomes': answering(outcomesQuerySchema, outcomeStatistics(ports)),
    'GET /v1/models': answering(modelsQuerySchema, listModels(ports)),
    'GET /v1/models/{exchange}/live': answering(liveModelQuerySchema, liveModel({ models, clock })),
    'GET /v1/shadow': answering(shadowQuerySchema, shadowReport(ports)),
    'GET /v1/risk': answering(riskQuerySchema, riskStatus(ports)),
    'GET /v1/datasets': answering(datasetsQuerySchema, listDatasets(datasets)),
    'GET /v1/drift': answering(driftQuerySchema, driftReports(health)),
    'GET /v1/health': async (given) => {
      const query = parameters(healthQuerySchema, given);
      const found = await summaries(query);
      if (query.format === 'json') return json(found);
      return { contentType: 'text/csv; charset=utf-8', body: summariesCsv(found.summaries) };
    },
    'GET /v1/alerts': answering(alertsQuerySchema, listAlerts(alerts)),
    'GET /v1/journey': answering(journeyQuerySchema, journeyCounts({ ...ports, dayWithData: newestDay })),
    'GET /v1/openapi.json': async (given) => {
      parameters(NO_PARAMETERS, given);
      return document;
    },
    'GET /metrics': async (given) => {
      parameters(NO_PARAMETERS, given);
      return { contentType: 'text/plain; version=0.0.4', body: await metrics() };
    },
  };
  return async (routeKey: string, given: Given): Promise<Answer> => {
    const route = routes[routeKey];
    if (route !== undefined) return route(given);
    throw new NotFound(`route: expected one of ${Object.keys(routes).join(', ')}, was ${routeKey}`);
  };
}

const NO_PARAMETERS = z.object({});

function answering<Schema extends z.ZodObject>(
  schema: Schema,
  answer: (query: z.infer<Schema>) => Promise<unknown>,
): Route {
  return async (given) => json(await answer(parameters(schema, given)));
}

function json(body: unknown): Answer {
  return { contentType: 'application/json', body: JSON.stringify(body) };
}
