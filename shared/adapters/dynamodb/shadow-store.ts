import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { epochMs, sessionDate, utcIso } from '../../domain/market/indian-time.ts';
import type { ResolvedShadow } from '../../domain/outcomes/shadow-session.ts';
import { shadowSessionSchema } from '../../domain/outcomes/shadow-session.ts';
import { challengerSchema } from '../../domain/promotion/challenger.ts';
import type { ShadowAnswer } from '../../domain/scoring/shadow-answer.ts';
import { Conflict } from '../../errors.ts';
import type { ShadowStore } from '../../ports/shadow-store.ts';
import { ABSENT, DynamoTable, follows, type Item, recordOf } from './table.ts';

const CURRENT = 'current';

/**
 * The `shadows` table. `challenger#<exchange>#<target>` / `current` and `change#<revision in six digits>`;
 * `answer#<exchange>#<target>#<version>#<date>` / `<time>#<id of the live answer>`;
 * `session#<exchange>#<target>#<version>` / `<date>#<live version>`.
 */
export function dynamoShadowStore(client: DynamoDBClient, tableName: string): ShadowStore {
  const table = new DynamoTable(client, tableName);
  return {
    async challenger(exchange, target) {
      const item = await table.get(`challenger#${exchange}#${target}`, CURRENT);
      return item === undefined ? undefined : challengerSchema.parse(recordOf(item));
    },
    async change(challenger) {
      const { exchange, target, revision } = challenger;
      const pk = `challenger#${exchange}#${target}`;
      const sk = `change#${String(revision).padStart(6, '0')}`;
      await table.transact(
        [
          table.putInTransaction({ ...challenger, pk, sk: CURRENT }, follows(revision, 1)),
          table.putInTransaction({ ...challenger, pk, sk }, ABSENT),
        ],
        `change the challenger of ${exchange}`,
      );
    },
    async changes(exchange, target) {
      const range = { pk: `challenger#${exchange}#${target}`, from: 'change#', to: 'change#~' };
      return (await table.query(range)).map((item) => challengerSchema.parse(recordOf(item)));
    },
    async addAnswer(answer) {
      try {
        await table.put(answerItem({ answer, outcome: null }), ABSENT);
        return true;
      } catch (error) {
        if (error instanceof Conflict) return false;
        throw error;
      }
    },
    async answersOfDay(exchange, target, version, date) {
      const items = await table.query({ pk: `answer#${exchange}#${target}#${version}#${date}` });
      return items.map((item) => JSON.parse(item['record'] as string) as ResolvedShadow);
    },
    async resolve(answer, outcome) {
      await table.put(answerItem({ answer, outcome }));
    },
    async putSession(session) {
      const { exchange, target, version, date, live_version } = session;
      const key = { pk: `session#${exchange}#${target}#${version}`, sk: `${date}#${live_version}` };
      await table.put({ ...key, record: JSON.stringify(session) });
    },
    async sessions(exchange, target, version) {
      const items = await table.query({ pk: `session#${exchange}#${target}#${version}` });
      return items.map((item) => shadowSessionSchema.parse(JSON.parse(item['record'] as string)));
    },
  };
}

/** The record is kept as JSON text: numbers come back bit for bit. */
function answerItem(resolved: ResolvedShadow): Item {
  const { live, version }: ShadowAnswer = resolved.answer;
  const timestampMs = epochMs(live.timestamp);
  return {
    pk: `answer#${live.exchange}#${live.target}#${version}#${sessionDate(timestampMs)}`,
    sk: `${utcIso(timestampMs)}#${live.id}`,
    record: JSON.stringify(resolved),
  };
}
