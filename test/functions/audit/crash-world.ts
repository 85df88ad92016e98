import type { SQSEvent } from 'aws-lambda';
import { archiveEntries } from '../../../functions/audit/archive-entries.ts';
import { publishEntries } from '../../../functions/audit/publish-entries.ts';
import { reportTrade } from '../../../functions/audit/report-trade.ts';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { sealWaiting } from '../../../functions/audit/seal-waiting.ts';
import { sweepRecords } from '../../../functions/audit/sweep-records.ts';
import { scoreRequest } from '../../../functions/score/score-request.ts';
import { scoreRow } from '../../../functions/score/score-row.ts';
import { s3LogTiles } from '../../../shared/adapters/s3/log-tiles.ts';
import type { FeatureRow } from '../../../shared/domain/features/feature-row.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { Conflict, Temporary } from '../../../shared/errors.ts';
import { queueConsumer } from '../../../shared/observability/queue.ts';
import type { AuditLog, AuditRef } from '../../../shared/ports/audit-log.ts';
import type { Bus } from '../../../shared/ports/bus.ts';
import type { BusCursor } from '../../../shared/ports/bus-cursor.ts';
import type { AnsweringModel } from '../../../shared/ports/model-service.ts';
import type { NoteSigner } from '../../../shared/ports/note-signer.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import type { RecommendationStore } from '../../../shared/ports/recommendation-store.ts';
import type { ReplaceObject } from '../../../shared/ports/replace-object.ts';
import { type MemoryMessage, MemoryQueue } from '../../contract/memory-queue.ts';
import { aRecommendation, aTrade } from '../../factories/recommendation.ts';
import { aFeatureRow } from '../../factories/rows.ts';
import { Crash, FaultyProcess, type Weather } from '../batch/faulty-process.ts';
import { chance, whole } from '../batch/schedule-random.ts';
import { CrashWorkers, halfHearted } from './crash-workers.ts';

/** What the scoring path keeps, with adapters as deployed. `logOver` puts the log's parts into a bucket as a process sees it. */
export interface Kept {
  readonly store: RecommendationStore;
  readonly logOver: (bucket: Pick<ObjectStore, 'get' | 'put'>) => AuditLog;
  readonly cursor: BusCursor;
  readonly auditBucket: ObjectStore;
  readonly replaceInAudit: ReplaceObject;
  readonly lake: ObjectStore;
  readonly replaceInLake: ReplaceObject;
  readonly signer: NoteSigner;
}

/** A moment to be scored: the n-th minute of a session, which is all that the answer's id depends on. */
export type Moment = number;

/** Longer than anything waits: the sweep finds whatever was recorded before it looks. */
const NEXT_DAY_MS = Date.UTC(2025, 11, 5, 12);

/**
 * The use-cases from a request to the archive, each invocation in a process that may fail, hang or die at any call of
 * any port. Scoring itself writes nothing; here it says, each time anew, how long it took.
 */
export class CrashWorld {
  readonly kept: Kept;
  readonly deadLetters = new MemoryQueue();
  readonly toScore: MemoryQueue;
  readonly toAudit: MemoryQueue;
  readonly toArchive: MemoryQueue;
  /** Another reader of the bus. */
  readonly toDesk = new MemoryQueue();
  /** What was answered 200, or 202: the text of each answer by what it answers. */
  readonly answered = new Map<string, Set<string>>();
  readonly workers: CrashWorkers;
  #weather: Weather;
  #sealers = new Map<
    string,
    { process: FaultyProcess; seal: (refs: readonly AuditRef[]) => Promise<unknown> }
  >();
  #scored = 0;

  constructor(kept: Kept, weather: Weather) {
    this.kept = kept;
    this.#weather = weather;
    // Fewer tries than deployed, so that dead letters are a part of the game.
    const options = { maxReceiveCount: 2, deadLetters: this.deadLetters, random: weather.random };
    this.toScore = new MemoryQueue({ random: weather.random });
    this.toAudit = new MemoryQueue(options);
    this.toArchive = new MemoryQueue(options);
    this.workers = new CrashWorkers({ store: kept.store, toAudit: this.toAudit });
  }

  /** Ports work from now on. */
  clearUp(): void {
    const { choose: _choose, ...weather } = this.#weather;
    this.#weather = { ...weather, faultRate: 0 };
    this.#sealers.clear();
    this.workers.clear();
  }

  /** POST /v1/score of a moment's features, as a tracker does that was given no answer: a few times. */
  async request(name: string, moment: Moment): Promise<void> {
    for (let tries = 3; tries > 0; tries--) {
      const { process, record } = this.workers.of(name, this.#weather);
      const answer = scoreRequest({
        ...({} as Parameters<typeof scoreRequest>[0]),
        score: (question) => this.#score(question),
        record,
        clock: () => NEXT_DAY_MS,
      });
      const { timestamp } = aFeatureRow(moment);
      const body = { exchange: 'NSE', timestamp, features: {} };
      if (await this.#answers(process, 200, () => answer(body))) return;
    }
  }

  /** One invocation of the queue's scorer. */
  async scoreNext(name: string): Promise<void> {
    const messages = this.toScore.receive(2);
    const { process, record } = this.workers.of(name, this.#weather);
    const answer = scoreRow({
      score: (question) => this.#score(question),
      record,
      window: {
        featureRow: async (_exchange, _date, _set, ms) =>
          aFeatureRow((ms - Date.UTC(2025, 11, 4, 4)) / 60_000),
      },
      target: 'tb15',
    });
    for (const message of messages) {
      const { timestamp } = JSON.parse(message.body) as { timestamp: string };
      const answers = () => answer({ exchange: 'NSE', timestamp }) as Promise<Recommendation>;
      if (await this.#answers(process, 200, answers)) this.toScore.delete([message]);
    }
  }

  /** POST /v1/trades, until it is answered; one that follows an answer which was never given is refused and left. */
  async trade(name: string, moment: Moment): Promise<void> {
    const followed = scored(moment, 0);
    for (let attempt = 0; attempt < 3; attempt++) {
      const process = this.#process(`${name}.${attempt}`);
      const report = reportTrade({
        store: process.port(this.kept.store),
        toAudit: process.port(halfHearted(this.toAudit, process, this.#weather)),
        book: process.port({ book: async () => undefined }).book,
        clock: () => Date.parse(followed.timestamp),
      });
      const { leaf_hash: _leaf, recorded_at: _recorded, ...body } = aTrade(followed);
      if (await this.#answers(process, 202, () => report(body))) return;
    }
  }

  /** One invocation of the sealer: what it knows of the log's edge it keeps from one invocation to the next, unless it died. */
  async seal(name: string): Promise<void> {
    const messages = this.toAudit.receive(1 + whole(this.#weather.random, 4));
    if (messages.length === 0) return;
    const known = this.#sealers.get(name);
    const process = known === undefined || known.process.isDead ? this.#process(name) : known.process;
    const { log, tiles } = this.#logOf(process);
    const seal = known?.process === process ? known.seal : this.#sealer(process, { log, tiles });
    this.#sealers.set(name, { process, seal });
    const publish = this.#publisher(process, log);
    await this.#consume(process, this.toAudit, messages, async (bodies) => {
      await seal(bodies.map(({ body }) => body as AuditRef));
      await publish().catch((error: Error) => process.say(`not published: ${error.message}`));
      return [];
    });
  }

  async sweep(name: string): Promise<void> {
    const process = this.#process(name);
    const { log } = this.#logOf(process);
    const toAudit = process.port(halfHearted(this.toAudit, process, this.#weather));
    const publish = this.#publisher(process, log);
    await this.#survive(process, sweepRecords({ log, toAudit, publish, clock: () => NEXT_DAY_MS }));
  }

  async archive(name: string): Promise<void> {
    const messages = this.toArchive.receive(1 + whole(this.#weather.random, 5));
    if (messages.length === 0) return;
    const process = this.#process(name);
    const { replace } = process.port({ replace: this.kept.replaceInLake });
    const onFault = (error: Error) => process.say(`not archived: ${error.message}`);
    await this.#consume(process, this.toArchive, messages, archiveEntries({ replace, onFault }));
  }

  #process(name: string): FaultyProcess {
    return new FaultyProcess(name, this.#weather);
  }

  #logOf(process: FaultyProcess) {
    const { auditBucket, replaceInAudit, signer, logOver } = this.kept;
    const bucket = process.port(auditBucket);
    const { replace } = process.port({ replace: replaceInAudit });
    return {
      log: process.port(logOver(bucket)),
      tiles: process.port(s3LogTiles({ bucket, replace, signer: async () => signer })),
    };
  }

  #publisher(process: FaultyProcess, log: AuditLog) {
    return publishEntries({
      log,
      cursor: process.port(this.kept.cursor),
      bus: process.port(this.#bus(process)),
    });
  }

  #sealer(process: FaultyProcess, ports: Parameters<typeof sealRecords>[0]) {
    return sealWaiting({
      log: ports.log,
      seal: sealRecords(ports),
      clock: () => NEXT_DAY_MS,
      onFault: (error) => process.say(`told alone is sealed: ${error.message}`),
    });
  }

  async #score({
    vectorFor,
  }: Parameters<Parameters<typeof scoreRequest>[0]['score']>[0]): Promise<Recommendation> {
    const asked = (await vectorFor({ set: TRACKER_V2 } as AnsweringModel))!;
    const { timestamp } = asked.vector as FeatureRow;
    const at = Date.parse(timestamp);
    return scored((at - Date.UTC(2025, 11, 4, 4)) / 60_000, this.#scored++);
  }

  /** Whether an answer came; it did not when the process died on the way. */
  async #answers(process: FaultyProcess, status: number, answer: () => Promise<object>): Promise<boolean> {
    const given = await this.#survive(process, answer);
    if (given === undefined || process.isDead) return false;
    process.say(`${status}`);
    const name =
      'id' in given ? `recommendation ${given.id}` : `trade ${(given as { trade_id: string }).trade_id}`;
    const texts = this.answered.get(name) ?? new Set();
    this.answered.set(name, texts.add(JSON.stringify(given)));
    return true;
  }

  async #survive<Answer>(process: FaultyProcess, work: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await work();
    } catch (error) {
      const name = (error as Error).name;
      const expected = error instanceof Temporary || error instanceof Crash || error instanceof Conflict;
      if (!expected && name !== 'NotFound') throw error;
      process.say(`ends with ${name}: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Hands messages to a consumer; those that were in the hands of one that died come again. */
  async #consume(
    process: FaultyProcess,
    queue: MemoryQueue,
    messages: readonly MemoryMessage[],
    consume: Parameters<typeof queueConsumer>[0],
  ): Promise<void> {
    if (chance(this.#weather.random, this.#weather.faultRate)) queue.release(messages);
    const handler = queueConsumer(consume);
    const answer = await this.#survive(process, async () =>
      handler({ Records: messages } as unknown as SQSEvent, {} as never),
    );
    if (answer === undefined || process.isDead) return;
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    queue.delete(messages.filter(({ messageId }) => !failed.has(messageId)));
  }

  /** SNS: to every reader at least once, in any order; it may take a part of what it is given. */
  #bus(process: FaultyProcess): Bus {
    return {
      publishAll: async (messages) => {
        const { random, faultRate } = this.#weather;
        const isCut = chance(random, faultRate);
        const taken = isCut ? messages.slice(0, whole(random, messages.length + 1)) : messages;
        for (const { body } of taken) {
          for (const queue of [this.toArchive, this.toDesk]) {
            queue.put(body);
            if (chance(random, faultRate)) queue.put(body);
          }
        }
        if (!isCut) return;
        process.say(`publishAll: takes ${taken.length} of ${messages.length}`);
        throw new Temporary('publishAll: not all were taken');
      },
    };
  }
}

/** The answer for a moment: the same id each time, and other bytes each time it is computed. */
function scored(moment: Moment, run: number): Recommendation {
  const { timestamp } = aFeatureRow(moment);
  const recorded_at = utcIso(Date.parse(timestamp) + run);
  return aRecommendation({ timestamp, recorded_at, latency_us: 1000 + run });
}
