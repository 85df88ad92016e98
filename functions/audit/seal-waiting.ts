import type { AuditEntry } from '../../shared/domain/audit/log-entry.ts';
import { MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import { Temporary } from '../../shared/errors.ts';
import type { AuditLog, AuditRef } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';

/** A part and the log's head go into one transaction of at most 100 items. */
const PART = 99;
/** Most parts of one call: what is left comes with the next hint, or with the sweep. */
const MAX_PARTS = 40;
/** Clocks of those who record may be ahead of ours. */
const AHEAD_MS = MINUTE_MS;

interface Ports {
  readonly log: Pick<AuditLog, 'waiting'>;
  readonly seal: (refs: readonly AuditRef[]) => Promise<AuditEntry[]>;
  readonly clock: Clock;
  /** Hears why what waits besides was not sealed. */
  readonly onFault: (error: Error) => void;
}

/**
 * Seals the records that it is told of, and whatever else waits for its place: a hint stands for every record that came
 * before it. Only what it is told of can fail it. Where both cannot be sealed together, what it is told of is sealed
 * alone. @returns the entries of this call. @throws Temporary as `seal` does
 */
export function sealWaiting({ log, seal, clock, onFault }: Ports) {
  return async (told: readonly AuditRef[]): Promise<AuditEntry[]> => {
    const waiting = await whatWaits();
    const entries = await sealBoth(told, waiting);
    if (waiting.length < PART) return entries;
    return [...entries, ...(await sealRest())];
  };

  async function sealBoth(told: readonly AuditRef[], waiting: readonly AuditRef[]): Promise<AuditEntry[]> {
    const others = unlike(told, waiting).slice(0, Math.max(0, PART - told.length));
    if (others.length === 0) return seal(told);
    try {
      return await seal([...told, ...others]);
    } catch (error) {
      if (error instanceof Temporary) throw error;
      onFault(error as Error);
      return seal(told);
    }
  }

  /** Part after part, until nothing waits or nothing more can be sealed. */
  async function sealRest(): Promise<AuditEntry[]> {
    const entries: AuditEntry[] = [];
    for (let part = 1; part < MAX_PARTS; part += 1) {
      const waiting = await whatWaits();
      const sealed = await seal(waiting).catch(heard);
      entries.push(...sealed);
      if (sealed.length === 0 || waiting.length < PART) break;
    }
    return entries;
  }

  async function whatWaits(): Promise<AuditRef[]> {
    return log.waiting(utcIso(clock() + AHEAD_MS), PART).catch(heard);
  }

  function heard(error: Error): [] {
    onFault(error);
    return [];
  }
}

function unlike(told: readonly AuditRef[], waiting: readonly AuditRef[]): AuditRef[] {
  const known = new Set(told.map((ref) => JSON.stringify(ref)));
  return waiting.filter((ref) => !known.has(JSON.stringify(ref)));
}
