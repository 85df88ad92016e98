/** The one clock of the local cloud: what a service may ask of it, and the ways to make one. */
export type { LocalClock, ScheduledTask } from './clock/contract.ts';
export {
  type ClockStatus,
  createClock,
  realClock,
  type SwitchableClock,
  simulatedClock,
} from './clock/switchable.ts';
