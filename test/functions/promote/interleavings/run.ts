import type { HistoryRow, LivePointer, ModelVersion } from '../../../../shared/domain/promotion/registry.ts';
import { Temporary } from '../../../../shared/errors.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';
import type { MemoryDynamoDb } from '../../../contract/memory-dynamodb.ts';
import { type Asked, type Execution, promotionExecution } from './machine.ts';
import { type Choosing, choosing, type Judging, judging, reading, type Seen, training } from './others.ts';
import { Actor, type Fate, interleave } from './scheduler.ts';
import { A, B, BEGINNINGS, bucketOf, COMING, objects, REFUSED, registryOf, START_MS } from './world.ts';

/** Everything that one interleaving came to. */
export interface Outcome {
  readonly executions: readonly Execution[];
  readonly judgings: readonly Judging[];
  readonly choosings: readonly Choosing[];
  readonly trainings: readonly { added?: boolean }[];
  readonly seen: readonly Seen[];
  readonly before: State;
  readonly after: State;
}

export interface State {
  readonly pointer: LivePointer | undefined;
  readonly history: readonly HistoryRow[];
  readonly versions: readonly ModelVersion[];
}

const BEFORE = new Map(BEGINNINGS.map((database) => [database, stateOf(database)]));

const ANSWERED = (): Fate => 'answered';

/** Promotions, rollbacks, readers, judges, a choice of the backend and a training at once, in the order that the seed says. */
export async function runInterleaving(seed: number): Promise<Outcome> {
  const next = seededUniform(seed);
  const among = <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)]!;
  const upTo = (most: number) => Math.floor(next() * (most + 1));
  const beginning = among(BEGINNINGS);
  const database = beginning.copy();
  const stored = objects();
  let nowMs = START_MS;
  // Most calls come within one millisecond of the one before.
  const clock = () => (nowMs += next() < 0.3 ? 1 : 0);
  const before = (await BEFORE.get(beginning)) as State;

  // Every fourth run is a pure race, without a fault.
  const faulty = seed % 4 !== 0;
  const fates = faulty ? fateOfWriter : ANSWERED;
  const executions = Array.from({ length: 2 + upTo(2) }, (_, at) => asked(at, faulty));
  const judgings = Array.from(
    { length: upTo(1) },
    (): Judging => ({ of: among([B, REFUSED]), pass: next() < 0.5 }),
  );
  const choosings = Array.from(
    { length: upTo(1) },
    (): Choosing => ({ of: among([A, B, REFUSED]), endpoint: 'desk-score-nse' }),
  );
  const trainings = executions.some(({ version }) => version === COMING.row.version) ? [{}, {}] : [];
  const seen = Array.from({ length: 1 }, (): Seen => ({ pointers: [], history: [] }));

  const started = [
    ...executions.map((run) => {
      const actor = new Actor(run.id, fates);
      const ports = { models: registryOf(database, actor), bucket: bucketOf(stored), clock };
      return { actor, body: promotionExecution(actor, ports, run) };
    }),
    ...judgings.map((run) => {
      const actor = new Actor('judge', faulty ? fateOfJudge : ANSWERED);
      return { actor, body: judging(portsOf(actor), run) };
    }),
    ...choosings.map((run) => {
      const actor = new Actor('choose', faulty ? fateOfJudge : ANSWERED);
      return { actor, body: choosing({ ...portsOf(actor), clock }, run) };
    }),
    ...trainings.map((run) => {
      const actor = new Actor('train', ANSWERED);
      return { actor, body: training(portsOf(actor), run) };
    }),
    ...seen.map((run) => {
      const actor = new Actor('score', ANSWERED);
      return { actor, body: reading(portsOf(actor), 3, run) };
    }),
  ];
  await interleave(started, next, (fate) => new Temporary(`the call is ${fate}`));
  return { executions, judgings, choosings, trainings, seen, before, after: await stateOf(database) };

  function portsOf(actor: Actor) {
    return { models: registryOf(database, actor), bucket: bucketOf(stored, actor) };
  }

  function asked(at: number, crashes: boolean): Execution {
    const of = among([A, B, REFUSED, COMING]);
    const wish: Asked = {
      action: next() < 0.65 ? 'promote' : 'rollback',
      override: of === REFUSED || of === COMING || next() < 0.3,
      answers: next() < 0.75,
      afterCrash: crashes ? among(['again', 'again', 'caught', 'gone']) : 'gone',
    };
    const version = wish.action === 'promote' ? { version: of.row.version } : {};
    return { ...wish, ...version, id: `run:${at}`, heard: [], crashes: 0 };
  }
}

/** One call in fifteen of a writer ends otherwise than it should. */
function fateOfWriter(next: () => number): Fate {
  const chance = next();
  if (chance < 0.015) return 'busy';
  if (chance < 0.03) return 'lost';
  if (chance < 0.04) return 'crash before';
  if (chance < 0.055) return 'crash after';
  if (chance < 0.07) return 'crash in flight';
  return 'answered';
}

function fateOfJudge(next: () => number): Fate {
  const chance = next();
  if (chance < 0.05) return 'busy';
  return chance < 0.1 ? 'lost' : 'answered';
}

async function stateOf(database: MemoryDynamoDb): Promise<State> {
  const models = registryOf(database);
  return {
    pointer: await models.livePointer('NSE', 'tb15'),
    history: await models.history('NSE', 'tb15'),
    versions: await models.versions('NSE', 'tb15'),
  };
}
