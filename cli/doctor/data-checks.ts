import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { sessionOf } from '../../shared/domain/market/calendar.ts';
import { epochMs, MINUTE_MS, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { NotFound } from '../../shared/errors.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { Connection } from '../connection.ts';
import { type Finding, fail, none, ok, warn } from './finding.ts';

/** A feature that came longer ago than this is not arriving. */
const ARRIVING_MS = 5 * MINUTE_MS;

/** Whether data arrives on the exchanges that have a live model, and on the chains that their signals trade. */
export async function checkData(
  { environment, region, tables }: Connection,
  exchanges: readonly Exchange[],
  nowMs: number,
): Promise<Finding[]> {
  const name = tables['onlineWindow'];
  if (name === undefined) return [none('data', 'the environment does not tell its online window')];
  Object.assign(process.env, environment);
  const window = dynamoOnlineWindow(new DynamoDBClient({ region }), name);
  const findings: Finding[] = [];
  for (const exchange of exchanges) findings.push(...(await dataOf(window, exchange, nowMs)));
  return findings;
}

async function dataOf(
  window: Pick<OnlineWindow, 'minutes'>,
  exchange: Exchange,
  nowMs: number,
): Promise<Finding[]> {
  const session = sessionAt(exchange, nowMs);
  const check = `data of ${exchange}`;
  if (session === null) return [none(check, 'there is no session now, so nothing has to arrive')];
  const date = sessionDate(nowMs);
  const seen = await window.minutes(exchange, date, session.openMs, nowMs);
  const needed = riskPolicy().min_history_minutes;
  const last = seen.at(-1);
  const { chain } = optionPolicy().contracts[exchange];
  return [
    arrival(check, last?.timestamp, nowMs),
    seen.length >= needed
      ? ok(`history of ${exchange}`, `${seen.length} minutes of the session, at least ${needed} are needed`)
      : warn(
          `history of ${exchange}`,
          `${seen.length} minutes of the session, at least ${needed} are needed: answers are HOLD until then`,
          'wait, or post the minutes that were missed as snapshots of their own time',
        ),
    ...(chain === exchange ? [] : [await tradedChain(window, chain, exchange, nowMs)]),
  ];
}

async function tradedChain(
  window: Pick<OnlineWindow, 'minutes'>,
  chain: Exchange,
  exchange: Exchange,
  nowMs: number,
): Promise<Finding> {
  const { max_age_seconds } = optionPolicy().contracts[exchange];
  const fromMs = nowMs - max_age_seconds * 1000 - MINUTE_MS;
  const last = (await window.minutes(chain, sessionDate(nowMs), fromMs, nowMs)).at(-1);
  const check = `traded chain of ${exchange}`;
  if (last !== undefined) return ok(check, `${chain} was seen at ${last.timestamp}`);
  return fail(
    check,
    `signals of ${exchange} trade contracts of ${chain}, of which nothing came in ${max_age_seconds} s: no_contract`,
    `send the snapshots of ${chain} as well, or change contracts in config/execution.json`,
  );
}

function arrival(check: string, timestamp: string | undefined, nowMs: number): Finding {
  const remedy = "check the tracker's stream tap and its spool (docs/tracker-integration.md)";
  if (timestamp === undefined) return fail(check, 'nothing came in this session', remedy);
  const ageMs = nowMs - epochMs(timestamp);
  const says = `the last minute is of ${timestamp}, ${Math.round(ageMs / 1000)} s ago`;
  return ageMs <= ARRIVING_MS ? ok(check, says) : fail(check, says, remedy);
}

function sessionAt(exchange: Exchange, nowMs: number) {
  try {
    const session = sessionOf(sessionDate(nowMs), exchangesRules()[exchange]);
    return session !== null && nowMs >= session.openMs + ARRIVING_MS && nowMs <= session.closeMs
      ? session
      : null;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return null;
  }
}
