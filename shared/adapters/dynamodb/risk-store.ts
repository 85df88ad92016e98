import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { seal } from '../../domain/audit/leaf-hash.ts';
import type { Exchange } from '../../domain/market/snapshot.ts';
import { type Control, controlSchema, haltsOf } from '../../domain/risk/control.ts';
import { emptySession, type SessionState, sessionStateSchema } from '../../domain/risk/session-state.ts';
import { Conflict, InvariantViolated, Temporary } from '../../errors.ts';
import type { RiskStore } from '../../ports/risk-store.ts';
import { PENDING_AUDIT } from './recommendation-store.ts';
import { ABSENT, DynamoTable, follows, type Item, recordOf } from './table.ts';

const ACCOUNT = 'account';
const CONTROLS = 'control';
const SESSION = 'session#';
const LAST = 'control#';
/** Writers of one session that race settle it within this many tries. */
const MAX_TRIES = 12;
/** Partitions of the copies of orders that wait for their place in the audit log. */
export const CONTROL = 'control#';

/**
 * The `risk` table. `account` / `session#<exchange>` and `control#<scope>`, the last order of each: one query reads all
 * that a score needs. `control` / `<time>#<scope>#<revision in six digits>`: every order there was.
 *
 * @param auditedIn - the `recommendations` table, where an order waits for its place in the audit log; without it orders
 * are not logged
 */
export function dynamoRiskStore(client: DynamoDBClient, tableName: string, auditedIn?: string): RiskStore {
  const table = new DynamoTable(client, tableName);
  const audited = auditedIn === undefined ? undefined : new DynamoTable(client, auditedIn);
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
          ...(audited === undefined ? [] : [audited.putInTransaction(auditItem(order), ABSENT)]),
        ],
        `${order.action} ${scope}`,
      );
    },
    async controls(limit) {
      return (await table.query({ pk: CONTROLS, newestFirst: true, limit })).map(toControl);
    },
  };
}

/** Key of an order's copy in the `recommendations` table. */
export function controlKey({ scope, at, revision }: Pick<AuditedControl, 'scope' | 'at' | 'revision'>) {
  return [`${CONTROL}${scope}`, `${at}#${String(revision).padStart(6, '0')}`] as [pk: string, sk: string];
}

type AuditedControl = Omit<Control, 'scope'> & { readonly scope: string };

function auditItem(order: Control): Item {
  const [pk, sk] = controlKey(order);
  return { ...seal(order), pk, sk, pending_pk: PENDING_AUDIT, pending_sk: order.at };
}

/**
 * The record is kept as JSON text: numbers come back bit for bit. Every answer reads it, so that what could not be read
 * back is refused here.
 */
function sessionItem(exchange: Exchange, state: SessionState, revision: number): Item {
  const item = { pk: ACCOUNT, sk: SESSION + exchange, revision, record: JSON.stringify(state) };
  try {
    toSession(item);
  } catch (error) {
    throw new InvariantViolated(`risk of ${exchange}: a session that cannot be read back`, { cause: error });
  }
  return item;
}

function toSession(item: Item): SessionState {
  return sessionStateSchema.parse(JSON.parse(item['record'] as string));
}

function toControl(item: Item): Control {
  return controlSchema.parse(recordOf(item));
}
