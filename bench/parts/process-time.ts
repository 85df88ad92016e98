import { readdirSync, readFileSync } from 'node:fs';

/** The kernel's clock tick on Linux. */
const TICK_MS = 10;

/** Processor time so far of a local cloud and of its workers by function, milliseconds by name. */
export function processTimes(cloudPid: number): Map<string, number> {
  const times = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const found = timeOf(Number(pid), cloudPid);
    if (found !== undefined) times.set(found.name, (times.get(found.name) ?? 0) + found.ms);
  }
  return times;
}

/** What one was busy in between, for one of `count`: `cloud`, functions by a part of their name, `others`. */
export function spentBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  functions: Readonly<Record<string, RegExp>>,
  count: number,
): Record<string, number> {
  const spent: Record<string, number> = {};
  for (const [name, ms] of after) {
    const known = Object.entries(functions).find(([, pattern]) => pattern.test(name))?.[0];
    const key = name === 'cloud' ? name : (known ?? 'others');
    spent[key] = (spent[key] ?? 0) + Math.max(0, ms - (before.get(name) ?? 0)) / count;
  }
  return spent;
}

function timeOf(pid: number, cloudPid: number): { readonly name: string; readonly ms: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (pid !== cloudPid && Number(fields[1]) !== cloudPid) return undefined;
    const ms = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    if (pid === cloudPid) return { name: 'cloud', ms };
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    return { name: /AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(environment)?.[1] ?? 'others', ms };
  } catch {
    // A process that has just ended.
    return undefined;
  }
}
