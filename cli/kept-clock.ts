import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { epochMs, IST_OFFSET_MS, utcIso } from '../shared/domain/market/indian-time.ts';
import { ENVIRONMENTS, stateFolder } from './connection.ts';

/**
 * The instant (ISO) at which an environment starts: where its simulated clock stood when it ended, however it ended, or
 * `wanted` if that is later; undefined for the machine's time.
 */
export function startInstant(name: string, wanted: string | undefined): string | undefined {
  const { mode, now } = kept(name) ?? {};
  if (mode !== 'simulated' || now === undefined) return wanted;
  return wanted !== undefined && Date.parse(wanted) > Date.parse(now) ? wanted : now;
}

/** What a cloud's clock does, in words. Example: `stands at 2026-02-24 10:46 (IST)`. */
export function clockWords({ mode, now }: { readonly mode: string; readonly now: string }): string {
  if (mode !== 'simulated') return "runs with the machine's time";
  return `stands at ${utcIso(epochMs(now) + IST_OFFSET_MS)
    .slice(0, 16)
    .replace('T', ' ')} (IST)`;
}

/** Forgets where a simulated clock stood: the next start runs with the machine's time. */
export function forgetClock(name: string): void {
  for (const file of clockFiles(name)) rmSync(file, { force: true });
}

interface KeptClock {
  readonly mode: string;
  readonly now: string;
}

/** What the local cloud wrote last; empty where the power went before it was on the disk. */
function kept(name: string): KeptClock | undefined {
  for (const file of clockFiles(name)) {
    const content = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    if (content !== '') return JSON.parse(content) as KeptClock;
  }
  return undefined;
}

/** The cloud's own file; before it, the one that a stop wrote in earlier versions. */
function clockFiles(name: string): string[] {
  return [join(stateFolder(name), 'clock.json'), join(ENVIRONMENTS, name, 'clock.json')];
}
