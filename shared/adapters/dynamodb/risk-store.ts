import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Exchange } from '../../domain/market/snapshot.ts';
import { type Control, controlSchema, haltsOf } from '../../domain/risk/control.ts';
import { emptySession, type SessionState, sessionStateSchema } from '../../domain/risk/session-state.ts';
import { Conflict, Temporary } from '../../errors.ts';
import type { RiskStore } from '../../ports/risk-store.ts';
import { ABSENT, DynamoTable, follows, type Item, recordOf } from './table.ts';

const ACCOUNT = 'account';
const CONTROLS = 'control';
const SESSION = 'session#';
const LAST = 'control#';
/** Writers of one session that race settle it within this many tries. */
const MAX_TRIES = 12;

/**
 * The `risk` table. `account` / `session#<exchange>` and `control#<scope>`, the last order of each: one query reads all
 * that a score needs. `control` / `<time>#<scope>#<revision in six digits>`: every order there was.
 */
export function dynamoRiskStore(client: DynamoDBClient, tableName: string): RiskStore {
  const table = new DynamoTable(client, tableName);
  return {
    async book() {
      const items = await table.query({ pk: ACCOUNT });
      const below = (prefix: string) => items.filter((item) => String(item['sk']).startsWith(prefix));
      return {
        sessions: below(SESSION).map(toSession),
        halts: haltsOf(below(LAST).map(toControl)),
      };
    },
    async change(exchange, change) {
      for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
        const item = await table.get(ACCOUNT, SESSION + exchange);
        const before = item === undefined ? emptySession(exchange, '1970-01-01') : toSession(item);
        const after = change(before);
        if (JSON.stringify(after) === JSON.stringify(before)) return before;
        const revision = ((item?.['revision'] as number | undefined) ?? 0) + 1;
        try {
          await table.put(sessionItem(exchange, after, revision), follows(revision, 1));
          return after;
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
        }
      }
      throw new Temporary(`risk of ${exchange}: expected to be written in ${MAX_TRIES} tries, was not`);
    },
    async lastControl(scope) {
      const item = await table.get(ACCOUNT, LAST + scope);
      return item === undefined ? undefined : toControl(item);
    },
    async control(order) {
      const { scope, at, revision } = order;
      const sk = `${at}#${scope}#${String(revision).padStart(6, '0')}`;
      await table.transact(
        [
          table.putInTransaction({ ...order, pk: ACCOUNT, sk: LAST + scope }, follows(revision, 1)),
          table.putInTransaction({ ...order, pk: CONTROLS, sk }, ABSENT),
        ],
        `${order.action} ${scope}`,
      );
    },
    async controls(limit) {
      return (await table.query({ pk: CONTROLS, newestFirst: true, limit })).map(toControl);
    },
  };
}

/** The record is kept as JSON text: numbers come back bit for bit. */
function sessionItem(exchange: Exchange, state: SessionState, revision: number): Item {
  return { pk: ACCOUNT, sk: SESSION + exchange, revision, record: JSON.stringify(state) };
}

function toSession(item: Item): SessionState {
  return sessionStateSchema.parse(JSON.parse(item['record'] as string));
}

function toControl(item: Item): Control {
  return controlSchema.parse(recordOf(item));
}
