import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { type CloudProcess, outputsOf } from '../../../test/journey/cloud-process.ts';
import { answerProblem } from './answers.ts';
import { described } from './described.ts';
import { differences, keptIn, type Ledger, openLedger } from './ledger.ts';
import { type MemorySample, memoryNow, WARM_UP_SHARE } from './memory.ts';
import { type FuzzRequest, fuzzRequests } from './requests.ts';
import { mostGrown, retainedBy } from './retained.ts';
import { sentWire } from './spoil.ts';
import { openWire, type Wire, type WireAnswer, type WireRequest } from './wire.ts';

export interface FuzzOptions {
  readonly cloud: CloudProcess;
  /** The cloud's state folder, whose logs are read afterwards. */
  readonly directory: string;
  /** Where the cloud's clock stands. */
  readonly nowMs: number;
  readonly requests: number;
  readonly seed: number;
  /** After this long no more are sent. */
  readonly withinMs?: number;
  /** An answer that takes longer is a hang: ten seconds, unless the machine is somebody else's as well. */
  readonly hangMs?: number;
  /** Asks each process what it holds, over the one port that Node's inspector has on a machine. */
  readonly measuresHeld?: boolean;
  readonly onProgress?: (done: number, failures: readonly Failure[]) => void;
}

/** One request that was answered otherwise than it should be, with what gives it again. */
export interface Failure {
  readonly kind: string;
  readonly why: string;
  /** Seed and place of fast-check, and the smallest request that still fails; null where it did not fail again. */
  readonly again: { readonly seed: number; readonly path: string; readonly smallest: string | null };
}

export interface FuzzReport {
  /** Answers by kind of request and status. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly sent: number;
  readonly worstMs: number;
  /** Exact copies sent again: within five minutes (taken, and counted once) and later (refused). */
  readonly replays: { readonly inTime: number; readonly late: number };
  readonly failures: readonly Failure[];
  /** Differences between what was taken and what is kept. */
  readonly differences: readonly string[];
  /** Names of secrets that are in a log. */
  readonly leaks: readonly string[];
  readonly memory: readonly MemorySample[];
  /** What the cloud or a worker holds at the end, and how much more than after the first quarter; the one that grew most. */
  readonly retained: ReturnType<typeof mostGrown>;
  readonly kept: { readonly snapshots: number; readonly records: number };
}

const BATCH = 500;
const CONNECTIONS = 8;
const HANG_MS = 10_000;
/** The first answer of a function waits for its process to start. */
const COLD_MS = 60_000;
const STEP_MS = 30_000;
const REPLAYS_A_BATCH = 10;
const KEPT_FOR_LATE = 200;
const LATE_MS = 5 * MINUTE_MS;
const IDLE_WITHIN_S = 400;
/** More than these are not made smaller: the run goes on, and says how many there were. */
const MOST_SHRUNK = 5;

interface Sent {
  readonly wire: WireRequest;
  readonly answer: WireAnswer;
  readonly signedMs: number;
}

/** Sends seeded requests of every kind, moves the clock between them, and looks afterwards at what is kept. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const run = new FuzzRun(options);
  try {
    return await run.whole();
  } finally {
    run.close();
  }
}

class FuzzRun {
  readonly #options: FuzzOptions;
  readonly #wire: Wire;
  readonly #ledger: Ledger = openLedger();
  readonly #secrets: Readonly<Record<string, string>>;
  readonly #kinds: Record<string, Record<string, number>> = {};
  readonly #failures: Failure[] = [];
  readonly #memory: MemorySample[] = [];
  readonly #taken: Sent[] = [];
  readonly #replays = { inTime: 0, late: 0 };
  #nowMs: number;
  #sent = 0;
  #worstMs = 0;

  constructor(options: FuzzOptions) {
    const { cloud, nowMs } = options;
    const { keys, token } = cloud.endpoint;
    this.#options = options;
    this.#nowMs = nowMs;
    this.#wire = openWire(outputsOf(cloud.endpoint)['ApiEndpoint'] as string, CONNECTIONS);
    const secrets = Object.entries(keys).map(([role, key]) => [`key of ${role}`, key.secretAccessKey]);
    this.#secrets = { ...Object.fromEntries(secrets), 'control token': token };
  }

  close(): void {
    this.#wire.close();
  }

  async whole(): Promise<FuzzReport> {
    const { requests, seed, cloud, onProgress, withinMs = Number.POSITIVE_INFINITY } = this.#options;
    await this.#warmUp();
    await this.#settle();
    const before = await keptIn(cloud);
    const startMs = performance.now();
    let heldBefore: ReadonlyMap<number, number> | undefined;
    for (let first = 0; first < requests && performance.now() - startMs < withinMs; first += BATCH) {
      const batch = { seed: seed + first, size: Math.min(BATCH, requests - first) };
      await this.#batch(batch.seed, batch.size);
      await this.#replay();
      this.#memory.push(memoryNow(cloud.child.pid ?? 0, this.#sent));
      if (first >= requests * WARM_UP_SHARE) heldBefore ??= await this.#held();
      onProgress?.(this.#sent, this.#failures);
      await this.#advance(STEP_MS);
    }
    await this.#settle();
    const retained = mostGrown(heldBefore ?? new Map(), await this.#held());
    const after = await keptIn(cloud);
    return {
      ...{ kinds: this.#kinds, sent: this.#sent, worstMs: this.#worstMs, replays: this.#replays },
      ...{ failures: this.#failures, memory: this.#memory, retained, leaks: this.#leaks() },
      differences: differences(before, after, this.#ledger),
      kept: { snapshots: this.#ledger.snapshots.size, records: this.#ledger.records.size },
    };
  }

  /** Of the cloud and its workers, what is left after a collection. */
  async #held(): Promise<ReadonlyMap<number, number>> {
    if (this.#options.measuresHeld !== true) return new Map();
    const pid = this.#options.cloud.child.pid ?? 0;
    return retainedBy([pid, ...memoryNow(pid, 0).workersMb.keys()]);
  }

  async #advance(ms: number): Promise<void> {
    this.#nowMs += ms;
    await this.#options.cloud.control.advanceTo(utcIso(this.#nowMs));
  }

  /** Until everything on the queues has been written. */
  async #settle(): Promise<void> {
    await this.#advance(3 * MINUTE_MS);
    await this.#options.cloud.control.untilIdle(IDLE_WITHIN_S);
  }

  /** One request to each function, so that what is measured is answering and not starting. */
  async #warmUp(): Promise<void> {
    for (const path of [
      '/v1/snapshots',
      '/v1/score',
      '/v1/trades',
      '/v1/shadow',
      '/v1/feedback',
      '/v1/risk',
      '/v1/nothing',
    ]) {
      const wire = {
        method: 'POST',
        path,
        query: '',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from('[]'),
      };
      await Promise.all([1, 2].map(() => this.#wire.send(this.#signed({ ...PLAIN, wire }), COLD_MS)));
    }
  }

  #signed(request: Pick<FuzzRequest, 'wire' | 'signing'>): WireRequest {
    const { keys } = this.#options.cloud.endpoint;
    return sentWire(request as FuzzRequest, this.#wire.host, keys, this.#nowMs);
  }

  async #batch(seed: number, size: number): Promise<void> {
    const requests = fc.sample(fuzzRequests(this.#nowMs), { seed, numRuns: size });
    const wrong: { at: number; request: FuzzRequest; why: string }[] = [];
    let next = 0;
    const client = async () => {
      for (let at = next++; at < size; at = next++) {
        const request = requests[at]!;
        const why = await this.#one(request, true);
        if (why !== undefined) wrong.push({ at, request, why });
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, client));
    for (const { at, request, why } of wrong) {
      this.#failures.push({ kind: request.kind, why, again: await this.#smallest(seed, at) });
    }
  }

  /** What is wrong with the answer to a request, or undefined. */
  async #one(request: FuzzRequest, isCounted: boolean): Promise<string | undefined> {
    const wire = this.#signed(request);
    const answer = await this.#wire.send(wire, COLD_MS).catch((error: Error) => error);
    if (isCounted) this.#count(request, answer);
    if (answer instanceof Error) return `no answer: ${answer.message}`;
    if (!request.statuses.includes(answer.status)) {
      return `expected ${request.statuses.join(' or ')}, was ${answer.status}: ${answer.text.slice(0, 300)}`;
    }
    const { hangMs = HANG_MS } = this.#options;
    if (answer.ms > hangMs)
      return `expected an answer within ${hangMs} ms, came after ${answer.ms.toFixed(0)}`;
    if (request.kind === 'valid' && wire.method === 'POST') {
      this.#taken.push({ wire, answer, signedMs: this.#nowMs + request.signing.offsetMs });
    }
    try {
      return (
        answerProblem(wire, answer, Object.values(this.#secrets)) ??
        this.#ledger.note(wire, answer, this.#nowMs)
      );
    } catch (error) {
      return `the answer cannot be read: ${(error as Error).message}: ${answer.text.slice(0, 300)}`;
    }
  }

  #count({ kind }: FuzzRequest, answer: WireAnswer | Error): void {
    this.#sent++;
    const status = answer instanceof Error ? 'none' : String(answer.status);
    this.#kinds[kind] ??= {};
    this.#kinds[kind][status] = (this.#kinds[kind][status] ?? 0) + 1;
    this.#worstMs = Math.max(this.#worstMs, answer instanceof Error ? COLD_MS : answer.ms);
  }

  async #smallest(seed: number, at: number): Promise<Failure['again']> {
    const path = String(at);
    if (this.#failures.length >= MOST_SHRUNK) return { seed, path, smallest: null };
    const property = fc.asyncProperty(fuzzRequests(this.#nowMs), async (request) => {
      const why = await this.#one(request, false);
      if (why !== undefined) throw new Error(why);
    });
    const found = await fc.check(property, { seed, path, numRuns: at + 1, interruptAfterTimeLimit: 20_000 });
    const smallest = found.counterexample === null ? null : described(found.counterexample[0]);
    return { seed, path: found.counterexamplePath ?? path, smallest };
  }

  /** Exact copies: within five minutes they are taken and change nothing, later they are refused. */
  async #replay(): Promise<void> {
    const inTime = this.#taken.filter(({ signedMs }) => Math.abs(this.#nowMs - signedMs) <= LATE_MS);
    for (const { wire, answer } of inTime.slice(-REPLAYS_A_BATCH)) {
      const again = await this.#wire.send(wire, COLD_MS);
      this.#replays.inTime++;
      if (again.status !== answer.status) this.#fault('replayed at once', answer.status, again);
    }
    const late = this.#taken.filter(({ signedMs }) => this.#nowMs - signedMs > LATE_MS);
    for (const { wire } of late.slice(-REPLAYS_A_BATCH)) {
      const again = await this.#wire.send(wire, COLD_MS);
      this.#replays.late++;
      if (again.status !== 403) this.#fault('replayed late', 403, again);
    }
    this.#taken.splice(0, Math.max(0, this.#taken.length - KEPT_FOR_LATE * 20));
  }

  #fault(kind: string, expected: number, { status, text }: WireAnswer): void {
    const again = { seed: 0, path: '', smallest: null };
    this.#failures.push({ kind, again, why: `expected ${expected}, was ${status}: ${text.slice(0, 200)}` });
  }

  #leaks(): string[] {
    const folder = join(this.#options.directory, 'logs');
    const signatures = this.#taken
      .slice(-50)
      .map(({ wire }) => String(wire.headers['authorization']).slice(-64));
    const secrets = {
      ...this.#secrets,
      ...Object.fromEntries(signatures.map((one) => [`signature ${one.slice(0, 8)}`, one])),
    };
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap(({ name, parentPath }) => {
        const text = readFileSync(join(parentPath, name), 'utf8');
        return Object.entries(secrets)
          .filter(([, secret]) => text.includes(secret))
          .map(([secret]) => `${secret} in ${name}`);
      });
  }
}

const PLAIN = {
  signing: { as: 'operator', offsetMs: 0, region: 'ap-south-1', service: 'execute-api', spoilt: null },
} as const;
