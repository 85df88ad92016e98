import type { AlertPolicy } from '../../shared/domain/alerts/alert-policy.ts';
import type { AlertRuleId } from '../../shared/domain/alerts/alert-state.ts';
import type { Check } from '../../shared/domain/alerts/check.ts';
import type { Observation } from '../../shared/domain/alerts/observation.ts';
import { breakerOpen } from '../../shared/domain/alerts/rules/breaker-open.ts';
import { calendarEnds } from '../../shared/domain/alerts/rules/calendar-ends.ts';
import { dataFlagged } from '../../shared/domain/alerts/rules/data-flagged.ts';
import { dataStale } from '../../shared/domain/alerts/rules/data-stale.ts';
import { drawdownLimit } from '../../shared/domain/alerts/rules/drawdown-limit.ts';
import { latencyHigh } from '../../shared/domain/alerts/rules/latency-high.ts';
import {
  type HealthInput,
  type HealthSummary,
  healthSummary,
} from '../../shared/domain/health/health-summary.ts';
import { sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { accountTotals } from '../../shared/domain/risk/totals.ts';
import { openBreakers } from '../../shared/domain/scoring/open-breakers.ts';
import type { RiskPolicy } from '../../shared/domain/scoring/risk-policy.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { HealthStore } from '../../shared/ports/health-store.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';
import { type DayPorts, type GatheredDay, gatherDay, versionsOf } from './gather-day.ts';

interface Ports extends DayPorts {
  readonly risk: RiskStore;
  readonly health: HealthStore;
  readonly toAlert: MessageQueue;
  readonly alertPolicy: AlertPolicy;
  readonly riskPolicy: RiskPolicy;
  readonly clock: Clock;
}

export interface HealthReport {
  readonly at: string;
  readonly summaries: number;
  /** Names of the rules that are breached, by exchange. */
  readonly breached: Readonly<Record<string, readonly AlertRuleId[]>>;
}

/** Sums up the day so far for each exchange and for all together, keeps it, and tells the alert stage. */
export function summariseHealth(ports: Ports) {
  return async (): Promise<HealthReport> => {
    const nowMs = ports.clock();
    const days: GatheredDay[] = [];
    for (const exchange of EXCHANGES) days.push(await gatherDay(ports, exchange, nowMs));
    const observations: Observation[] = [];
    for (const day of days) {
      const summary = healthSummary(day);
      await keep(ports.health, day.exchange, summary);
      observations.push(...(await exchangeChecks(ports, day, summary, nowMs)));
    }
    const all = healthSummary(together(days, utcIso(nowMs)));
    await keep(ports.health, 'ALL', all);
    observations.push(observed('drawdown-limit', 'ALL', drawdownLimit(all, ports.alertPolicy)));
    const said = observations.filter((one) => one.kind === 'check' && one.check.kind !== 'unknown');
    await ports.toAlert.sendAll(said);
    return { at: utcIso(nowMs), summaries: days.length + 1, breached: breachedRules(said) };
  };
}

async function keep(health: HealthStore, exchange: Exchange | 'ALL', summary: HealthSummary): Promise<void> {
  await health.add('health', exchange, { at: summary.at, body: { ...summary } });
}

async function exchangeChecks(
  ports: Ports,
  day: GatheredDay,
  summary: HealthSummary,
  nowMs: number,
): Promise<Observation[]> {
  const { alertPolicy } = ports;
  const { exchange, followed, openForMs } = day;
  const settled = openForMs !== null && openForMs >= alertPolicy.data_stale.max_age_seconds * 1000;
  return [
    ...(followed && settled ? [observed('data-stale', exchange, dataStale(summary, alertPolicy))] : []),
    ...(followed ? [observed('calendar-ends', exchange, calendarCheck(ports, exchange, nowMs))] : []),
    observed('data-flagged', exchange, dataFlagged(summary, alertPolicy)),
    observed('latency-high', exchange, latencyHigh(summary, alertPolicy)),
    observed('drawdown-limit', exchange, drawdownLimit(summary, alertPolicy)),
    observed('breaker-open', exchange, await breaker(ports, exchange, nowMs)),
  ];
}

function calendarCheck({ rules, alertPolicy }: Ports, exchange: Exchange, nowMs: number): Check {
  return calendarEnds(exchange, sessionDate(nowMs), rules[exchange], alertPolicy);
}

async function breaker({ risk, riskPolicy }: Ports, exchange: Exchange, nowMs: number): Promise<Check> {
  const account = accountTotals(exchange, await risk.book(), {
    date: sessionDate(nowMs),
    accountRupees: riskPolicy.account_rupees,
    shortMargin: riskPolicy.short_margin,
  });
  const open = openBreakers({ account, live: null }, riskPolicy);
  return breakerOpen({ exchange, triggered: open.length > 0, reason: open.join('; ') });
}

function observed(rule: AlertRuleId, exchange: string, check: Check): Observation {
  return { kind: 'check', rule, exchange, check };
}

/** All exchanges as one; outcomes in the order of their recommendations, whose ids sort by time. */
function together(days: readonly GatheredDay[], at: string): HealthInput {
  return {
    exchange: 'ALL',
    at,
    counts: summed(days.map(({ counts }) => counts)),
    quality_rows: days.flatMap(({ quality_rows }) => quality_rows),
    live: versionsOf(days.flatMap(({ tallies }) => tallies)),
    latencies_us: days.flatMap(({ latencies_us }) => latencies_us),
    outcomes: days
      .flatMap(({ outcomes }) => outcomes)
      .sort((a, b) => (a.recommendation_id < b.recommendation_id ? -1 : 1)),
    errors: summed(days.map(({ errors }) => errors)),
    last_snapshot_at:
      days
        .flatMap(({ last_snapshot_at }) => last_snapshot_at ?? [])
        .sort()
        .at(-1) ?? null,
    session_open: days.some(({ session_open }) => session_open),
  };
}

function summed(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, value] of records.flatMap((record) => Object.entries(record))) {
    sums[name] = (sums[name] ?? 0) + value;
  }
  return sums;
}

function breachedRules(observations: readonly Observation[]): Record<string, AlertRuleId[]> {
  const rules: Record<string, AlertRuleId[]> = {};
  for (const one of observations) {
    if (one.kind !== 'check' || one.check.kind !== 'breached') continue;
    rules[one.exchange] = [...(rules[one.exchange] ?? []), one.rule];
  }
  return rules;
}
