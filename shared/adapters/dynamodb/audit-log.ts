import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { StoredFeedback } from '../../domain/audit/feedback.ts';
import {
  type AuditEntry,
  auditEntrySchema,
  EMPTY_LOG,
  recordName,
  type Unlogged,
} from '../../domain/audit/log-entry.ts';
import type { StoredTrade } from '../../domain/audit/trade.ts';
import { utcIso } from '../../domain/market/indian-time.ts';
import { firstDueMs } from '../../domain/outcomes/follow-outcome.ts';
import type { Control } from '../../domain/risk/control.ts';
import type { Recommendation } from '../../domain/scoring/recommendation.ts';
import { InvariantViolated } from '../../errors.ts';
import type { AuditLog, AuditRef } from '../../ports/audit-log.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import {
  FEEDBACK,
  feedbackKey,
  PENDING_AUDIT,
  PENDING_MARK,
  pendingOutcome,
  RECOMMENDATION,
  recommendationId,
  recommendationKey,
  reportKey,
  tradeKey,
} from './recommendation-store.ts';
import { CONTROL, controlKey } from './risk-store.ts';
import { ABSENT, type Condition, DynamoTable, type Item, recordOf } from './table.ts';

const HEAD = { pk: 'audit-log', sk: 'head' };
/** `pending` index: what no log can hold, for a person to find. */
const PENDING_ASIDE = 'audit-aside';
const INDEX_DIGITS = 12;

/** Parts `parts/<first index>.jsonl` below `log/` of a locked bucket, head and seals in the `recommendations` table. */
export function dynamoAuditLog(client: DynamoDBClient, tableName: string, bucket: ObjectStore): AuditLog {
  const table = new DynamoTable(client, tableName);
  return {
    async head() {
      const item = await table.get(HEAD.pk, HEAD.sk);
      if (item === undefined) return EMPTY_LOG;
      return { size: item['size'] as number, root: item['root'] as string };
    },
    async unlogged(refs) {
      const items = await table.getAll(refs.map(keyOf));
      return items.flatMap((item, at) =>
        item === undefined || 'log_index' in item ? [] : [record(refs[at]!, item)],
      );
    },
    async putPart(entries) {
      const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      return bucket.put(partKey(entries[0]!.index), lines, { ifAbsent: true });
    },
    async part(firstIndex) {
      const text = new TextDecoder().decode(await bucket.get(partKey(firstIndex)));
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => auditEntrySchema.parse(JSON.parse(line)));
    },
    async advance(from, to, entries) {
      const moved: Condition =
        from.size === 0
          ? ABSENT
          : { expression: '#size = :read', names: { '#size': 'size' }, values: { ':read': from.size } };
      await table.transact(
        [table.putInTransaction({ ...HEAD, ...to }, moved), ...entries.map((entry) => sealed(table, entry))],
        `seal ${entries.length} records`,
      );
    },
    async setAside(one) {
      const values = { ':aside': PENDING_ASIDE };
      const unsealed = { expression: 'attribute_not_exists(log_index)', values };
      const update = table.updateInTransaction(...placeOf(one), 'SET pending_pk = :aside', unsealed);
      await table.transact([update], `set aside ${recordName(one.record)}`);
    },
    async waiting(recordedBefore, limit) {
      const range = { pk: PENDING_AUDIT, index: 'pending', from: '0', to: recordedBefore, limit } as const;
      return (await table.query({ ...range, only: NAMING })).map(refOf);
    },
  };
}

function sealed(table: DynamoTable, entry: AuditEntry): TransactWriteItem {
  return table.updateInTransaction(...placeOf(entry), ...sealing({ ':index': entry.index }, nextOf(entry)));
}

/** Where a record is stored. */
function placeOf({ kind, record }: Unlogged): [pk: string, sk: string] {
  if (kind === 'trade') return keyOf({ ...(record as unknown as StoredTrade), kind });
  if (kind === 'feedback') return keyOf({ ...(record as unknown as StoredFeedback), kind });
  if (kind === 'control') return keyOf({ ...(record as unknown as Control), kind });
  return keyOf({ ...(record as unknown as Recommendation), kind });
}

/** What a sealed record waits for next. */
function nextOf({ kind, record }: AuditEntry): { readonly pk: string; readonly sk: string } | null {
  if (kind === 'trade') {
    const { status, timestamp } = record as unknown as StoredTrade;
    return status === 'rejected' ? null : { pk: PENDING_MARK, sk: timestamp };
  }
  if (kind !== 'recommendation') return null;
  const recommendation = record as unknown as Recommendation;
  return { pk: pendingOutcome(recommendation.exchange), sk: utcIso(firstDueMs(recommendation)) };
}

/** Notes a record's place; `next` is what it waits for from then on. */
function sealing(
  index: Readonly<Record<string, unknown>>,
  next: { readonly pk: string; readonly sk: string } | null,
): [string, Condition] {
  const expression = 'attribute_exists(pk)';
  if (next === null) {
    return ['SET log_index = :index REMOVE pending_pk, pending_sk', { expression, values: index }];
  }
  const values = { ...index, ':pending': next.pk, ':time': next.sk };
  return ['SET log_index = :index, pending_pk = :pending, pending_sk = :time', { expression, values }];
}

function record(ref: AuditRef, item: Item): Unlogged {
  if (ref.kind === 'recommendation') return { kind: ref.kind, record: JSON.parse(item['record'] as string) };
  return { kind: ref.kind, record: recordOf(item) };
}

function keyOf(ref: AuditRef): [pk: string, sk: string] {
  if (ref.kind === 'recommendation') return [recommendationKey(ref.id), RECOMMENDATION];
  if (ref.kind === 'feedback') return [recommendationKey(ref.recommendation_id), feedbackKey(ref)];
  if (ref.kind === 'control') return controlKey(ref);
  return [tradeKey(ref.trade_id), reportKey(ref)];
}

/** What `refOf` looks at. The index is asked for no records: they are read when they are sealed, as they then are. */
const NAMING = [
  ...['pk', 'sk', 'recommendation_id', 'recorded_at', 'by', 'scope', 'at', 'revision'],
  ...['trade_id', 'timestamp', 'status'],
];

function refOf(item: Item): AuditRef {
  if (item['sk'] === RECOMMENDATION) {
    return { kind: 'recommendation', id: recommendationId(String(item['pk'])) };
  }
  if (String(item['sk']).startsWith(FEEDBACK)) {
    const { recommendation_id, recorded_at, by } = recordOf<StoredFeedback>(item);
    return { kind: 'feedback', recommendation_id, recorded_at, by };
  }
  if (String(item['pk']).startsWith(CONTROL)) {
    const { scope, at, revision } = recordOf<Control>(item);
    return { kind: 'control', scope, at, revision };
  }
  const trade = recordOf<StoredTrade>(item);
  if (trade.trade_id === undefined) {
    throw new InvariantViolated(
      `audit: expected a recommendation or a trade to seal, was ${item['pk']} ${item['sk']}`,
    );
  }
  return { kind: 'trade', trade_id: trade.trade_id, timestamp: trade.timestamp, status: trade.status };
}

function partKey(firstIndex: number): string {
  return `log/parts/${String(firstIndex).padStart(INDEX_DIGITS, '0')}.jsonl`;
}
