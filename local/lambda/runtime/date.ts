import type { WorkerTime } from './protocol.ts';

/** Environment variable that hands the simulated instant to worker threads, which start with a copy of it. */
export const TIME_VARIABLE = 'LOCAL_CLOUD_NOW_MS';

let simulatedMs: WorkerTime = null;
const realNow = Date.now;

/** Sets what `Date` says from now on: frozen at `nowMs`, or the machine's time for null. */
export function setTime(nowMs: WorkerTime): void {
  simulatedMs = nowMs;
  if (nowMs === null) delete process.env[TIME_VARIABLE];
  else process.env[TIME_VARIABLE] = String(nowMs);
}

function now(): number {
  return simulatedMs ?? realNow();
}

/** Replaces the global `Date` by one that takes "now" from `setTime`; everything else stays as it is. */
export function installDate(): void {
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
}
