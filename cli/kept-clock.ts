import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { epochMs, IST_OFFSET_MS, utcIso } from '../shared/domain/market/indian-time.ts';
import { ENVIRONMENTS, type LocalEndpoint } from './connection.ts';
import { localControl } from './control.ts';

/** Keeps the instant at which a simulated clock stands, so that the environment's story goes on there. */
export async function keepClock(name: string, local: LocalEndpoint): Promise<void> {
  const { mode, now } = await localControl(local).clock();
  writeFileSync(clockFile(name), JSON.stringify({ mode, now }));
}

/**
 * The instant (ISO) at which an environment starts: where its simulated clock stood, or `wanted` if that is later;
 * undefined for the machine's time.
 */
export function startInstant(name: string, wanted: string | undefined): string | undefined {
  const file = clockFile(name);
  if (!existsSync(file)) return wanted;
  const { mode, now } = JSON.parse(readFileSync(file, 'utf8')) as { mode: string; now: string };
  if (mode !== 'simulated') return wanted;
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
  rmSync(clockFile(name), { force: true });
}

function clockFile(name: string): string {
  return join(ENVIRONMENTS, name, 'clock.json');
}
