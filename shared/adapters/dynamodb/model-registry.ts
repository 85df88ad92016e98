import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Exchange } from '../../domain/market/snapshot.ts';
import {
  historyRowSchema,
  livePointerSchema,
  type ModelVersion,
  modelVersionSchema,
} from '../../domain/promotion/registry.ts';
import { canonicalJson } from '../../domain/training/canonical-json.ts';
import { Conflict, NotFound } from '../../errors.ts';
import type { ModelRegistry } from '../../ports/model-registry.ts';
import { ABSENT, type Condition, DynamoTable, follows, type Item, recordOf } from './table.ts';

const HISTORY = 'history#';
const VERSION = 'version#';
const APPLIED = 'applied#';
const LIVE = 'live';
const SWITCHES = 'switches';
const DOING = 'change the model registry';

/**
 * The `models` table. Partition `<exchange>#<target>`; sort keys `live` (the pointer), `version#<version>`,
 * `history#<time>#row<its place among those of that time>#<version>#<event>#<execution>`, so that events of one
 * millisecond stay apart and in order, `switches` (how often the pointer was moved, so that no switch comes between the
 * look at the history and the next), and `applied#<execution>#<event>`, so that an execution whose answer was lost does
 * nothing twice. Rows written as `history#<time>#<version>#<event>` are read as well, before the others.
 */
export function dynamoModelRegistry(client: DynamoDBClient, tableName: string): ModelRegistry {
  const table = new DynamoTable(client, tableName);
  const newestKey = async (pk: string): Promise<string | undefined> => {
    const newest = { pk, from: HISTORY, to: `${HISTORY}~`, newestFirst: true, limit: 1 };
    return (await table.query(newest)).map(({ sk }) => String(sk))[0];
  };
  /** The number of the next switch. */
  const countAfter = async (pk: string): Promise<number> =>
    (((await table.get(pk, SWITCHES))?.['revision'] as number | undefined) ?? 0) + 1;
  return {
    async livePointer(exchange, target) {
      const item = await table.get(partition(exchange, target), LIVE);
      return item === undefined ? undefined : livePointerSchema.parse(recordOf(item));
    },
    async version(exchange, target, version) {
      const item = await table.get(partition(exchange, target), `${VERSION}${version}`);
      if (item === undefined) {
        throw new NotFound(`model: expected a registered version of ${exchange} ${target}, was ${version}`);
      }
      return modelVersionSchema.parse(recordOf(item));
    },
    async versions(exchange, target) {
      const items = await table.query({ ...startingWith(exchange, target, VERSION), newestFirst: true });
      const versions = items.map((item) => modelVersionSchema.parse(recordOf(item)));
      return versions.sort(newestFirst);
    },
    async history(exchange, target) {
      const items = await table.query(startingWith(exchange, target, HISTORY));
      return items.map((item) => historyRowSchema.parse(recordOf(item)));
    },
    async apply({ versions, pointer, withdrawn, history }) {
      const { exchange, target, to_version, event, execution } = history;
      const pk = partition(exchange, target);
      const isSwitch = pointer !== undefined || withdrawn !== undefined;
      const switches = isSwitch ? await countAfter(pk) : undefined;
      const { at, row } = following(await newestKey(pk), history.at);
      const puts = versions.map((row) => table.putInTransaction(versionItem(row), follows(row.revision, 0)));
      if (pointer !== undefined) {
        puts.push(
          table.putInTransaction(
            { ...pointer, since: at, pk, sk: LIVE },
            replaces(pointer.previous_version, pointer.revision),
          ),
        );
      }
      if (withdrawn !== undefined) {
        puts.push(table.deleteInTransaction(pk, LIVE, replaces(withdrawn.version, withdrawn.revision + 1)));
      }
      if (switches !== undefined) {
        puts.push(table.putInTransaction({ pk, sk: SWITCHES, revision: switches }, follows(switches, 1)));
      }
      const sk = `${HISTORY}${at}#row${row}#${to_version ?? 'none'}#${event}#${execution ?? 'none'}`;
      puts.push(table.putInTransaction({ ...history, at, pk, sk }, ABSENT));
      if (execution === null) return table.transact(puts, DOING);
      const applied = { pk, sk: `${APPLIED}${execution}#${event}`, at };
      puts.push(table.putInTransaction(applied, ABSENT));
      await unlessDone(
        () => table.transact(puts, DOING),
        async () => (await table.get(pk, applied.sk)) !== undefined,
      );
    },
    async put(version) {
      const item = versionItem(version);
      await unlessDone(
        () => table.put(item, follows(version.revision, 0)),
        async () => isEqual(await table.get(item.pk, item.sk), version),
      );
    },
    async add(version) {
      try {
        await table.put(versionItem(version), ABSENT);
        return true;
      } catch (error) {
        if (error instanceof Conflict) return false;
        throw error;
      }
    },
  };
}

/** A distilled version comes after the one it was made with. */
function newestFirst(a: ModelVersion, b: ModelVersion): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? 1 : -1;
  return Number(a.distilled_of !== undefined) - Number(b.distilled_of !== undefined);
}

/**
 * The time and place of an event after the newest one: its own time, or the newest's where a clock that runs behind dated
 * it earlier. So the order of the keys is the order of the switches, to the last of one millisecond.
 */
function following(newest: string | undefined, own: string): { at: string; row: string } {
  const [, time = '', place = ''] = newest?.split('#') ?? [];
  const at = time > own ? time : own;
  const before = /^row(\d+)$/.exec(place)?.[1];
  const row = time === at && before !== undefined ? Number(before) + 1 : 0;
  return { at, row: String(row).padStart(4, '0') };
}

/**
 * A condition that the pointer stands at the version and revision that was read, or nowhere when it was none. The revision
 * alone does not tell: after a withdrawal it starts anew, and another version may have come to the same one.
 */
function replaces(version: string | null, revision: number): Condition {
  if (version === null) return follows(revision, 1);
  return {
    expression: '#revision = :expected AND #version = :version',
    names: { '#revision': 'revision', '#version': 'version' },
    values: { ':expected': revision - 1, ':version': version },
  };
}

/** A write that may have been done before its answer was lost: a conflict with what it wrote itself is none. */
async function unlessDone(write: () => Promise<void>, isDone: () => Promise<boolean>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof Conflict) || !(await isDone())) throw error;
  }
}

function isEqual(stored: Item | undefined, row: ModelVersion): boolean {
  if (stored === undefined) return false;
  return canonicalJson(modelVersionSchema.parse(recordOf(stored))) === canonicalJson(row);
}

function versionItem(row: ModelVersion): Item & { pk: string; sk: string } {
  return { ...row, pk: partition(row.exchange, row.target), sk: `${VERSION}${row.version}` };
}

function partition(exchange: Exchange, target: string): string {
  return `${exchange}#${target}`;
}

function startingWith(
  exchange: Exchange,
  target: string,
  prefix: string,
): { pk: string; from: string; to: string } {
  return { pk: partition(exchange, target), from: prefix, to: `${prefix}~` };
}
