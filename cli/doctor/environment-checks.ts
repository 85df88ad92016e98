import { epochMs } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import type { RiskAnswer } from '../../shared/domain/scoring/risk-answer.ts';
import type { Api } from '../../shared/ports/api.ts';
import type { Connection } from '../connection.ts';
import { apiAs } from '../context.ts';
import { type Finding, fail, none, ok, warn } from './finding.ts';

/** A signature is refused when the clocks are further apart. */
const SIGNATURE_MS = 5 * 60_000;
const NOTABLE_MS = 30_000;

/** What the environment says of itself; `risk` is undefined where it does not answer. */
export interface Reached {
  readonly findings: readonly Finding[];
  readonly risk: RiskAnswer | undefined;
}

/** Whether the API answers, with which keys, at what time, and which models are live. */
export async function checkEnvironment(connection: Connection, nowMs: () => number): Promise<Reached> {
  const { name, apiEndpoint } = connection;
  const api = apiAs(connection, 'operator');
  try {
    const startMs = nowMs();
    const risk = await api.call<RiskAnswer>({ method: 'GET', path: '/v1/risk' });
    const middleMs = (startMs + nowMs()) / 2;
    const reached = ok('environment', `${name} answers at ${apiEndpoint}`);
    const hasOwnKeys = connection.keyOf('operator') !== undefined;
    return {
      findings: [
        reached,
        clock(epochMs(risk.at) - middleMs, hasOwnKeys),
        await credentials(connection),
        ...liveModels(risk),
        ...halts(risk),
      ],
      risk,
    };
  } catch (error) {
    const remedy = `./oi start --env ${name}, or check the network, the credentials and this machine's clock`;
    return {
      findings: [fail('environment', `${name}: ${(error as Error).message}`, remedy)],
      risk: undefined,
    };
  }
}

function clock(aheadMs: number, mayDiffer: boolean): Finding {
  const seconds = `${Math.abs(Math.round(aheadMs / 1000))} s ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine`;
  if (Math.abs(aheadMs) < NOTABLE_MS) return ok('clock', 'the environment and this machine agree');
  if (mayDiffer) return none('clock', `the local cloud's own clock is ${seconds}`);
  const says = `the environment's clock is ${seconds}`;
  const remedy =
    'set this clock by NTP: snapshots are judged by their times, and requests older than 5 minutes refused';
  return Math.abs(aheadMs) < SIGNATURE_MS ? warn('clock', says, remedy) : fail('clock', says, remedy);
}

/** The three roles where they have keys here; on AWS the caller's own credentials have just answered. */
async function credentials(connection: Connection): Promise<Finding> {
  const roles = (['tracker', 'viewer'] as const).filter((role) => connection.keyOf(role) !== undefined);
  if (roles.length === 0) return ok('credentials', "this shell's credentials are accepted");
  const refused: string[] = [];
  for (const role of roles) if (!(await answers(apiAs(connection, role)))) refused.push(role);
  if (refused.length === 0) return ok('credentials', 'tracker, operator and viewer are accepted');
  return fail('credentials', `refused: ${refused.join(', ')}`, './oi status shows the keys of the roles');
}

async function answers(api: Api): Promise<boolean> {
  try {
    await api.call({ method: 'GET', path: '/v1/health' });
    return true;
  } catch {
    return false;
  }
}

function liveModels({ exchanges }: RiskAnswer): Finding[] {
  const live = exchanges.filter(({ live_version }) => live_version !== null);
  if (live.length === 0) {
    return [
      warn(
        'live models',
        'no model is live: every answer is HOLD',
        './oi models, then ./oi promote EXCHANGE VERSION',
      ),
    ];
  }
  const without = EXCHANGES.filter((one) => !live.some(({ exchange }) => exchange === one));
  const says = live.map(({ exchange, live_version }) => `${exchange} ${live_version}`).join(', ');
  return [ok('live models', without.length === 0 ? says : `${says}; none for ${without.join(', ')}`)];
}

function halts(risk: RiskAnswer): Finding[] {
  const blocked = risk.exchanges.flatMap(({ exchange, limits }) =>
    limits.flatMap(({ limit, blocks }) => (blocks === null ? [] : [`${exchange}: ${limit}`])),
  );
  if (blocked.length === 0) return [ok('risk', 'no limit holds answers back')];
  return [warn('risk', `held back by ${blocked.join('; ')}`, './oi risk status says why, and what lifts it')];
}
