import { counted } from '../market/counted.ts';
import type { Notice } from './advance.ts';

/** The first words of a message. */
export function openingWords({ kind, state }: Notice): string {
  if (kind === 'recovered') return 'This alert has recovered.';
  if (kind === 'repeated') return `This alert is still open (found ${state.occurrences} times).`;
  return { info: 'For your information.', warning: 'Please have a look.', critical: 'Please act now.' }[
    state.finding.severity
  ];
}

/** Since when it is open, or how long it was, in UTC. */
export function lasted({ kind, state }: Notice): string {
  if (kind !== 'recovered') return `Open since ${state.opened_at}.`;
  const minutes = Math.round(
    (Date.parse(state.recovered_at ?? state.last_seen_at) - Date.parse(state.opened_at)) / 60_000,
  );
  return `Open from ${state.opened_at} to ${state.recovered_at ?? state.last_seen_at} (${counted(minutes, 'minute')}).`;
}

/** What happened; of a recovered alert, what it had said. */
export function whatOf({ kind, state: { finding } }: Notice): string {
  return kind === 'recovered' ? `It had said: ${finding.what}` : finding.what;
}

/** How a number is shown whose name ends so; the ending is not part of the shown name. */
const UNITS: readonly (readonly [ending: string, shown: (value: number) => string])[] = [
  ['_us', (us) => `${rounded(us / 1000)} ms`],
  ['_rupees', (rupees) => counted(Math.round(rupees), 'rupee')],
  ['_seconds', (seconds) => counted(Math.round(seconds), 'second')],
  ['_share', (share) => `${rounded(100 * share)} %`],
];

const NAMES: Readonly<Record<string, string>> = {
  p50: '50th percentile',
  p99: '99th percentile',
  pnl: 'profit and loss',
};

/**
 * Names in words and values with their unit. Example: `{p99_us: 106958.75}` is `99th percentile`, `107 ms`;
 * a number without a unit has at most two decimals.
 */
export function shownNumbers(numbers: Readonly<Record<string, number | string>>): [string, string][] {
  return Object.entries(numbers).map(([name, value]) => {
    if (typeof value === 'string') return [inWords(name), value];
    const [ending, shown] = UNITS.find(([end]) => name.endsWith(end)) ?? ['', inDecimals];
    return [inWords(name.slice(0, name.length - ending.length)), shown(value)];
  });
}

function inWords(name: string): string {
  return NAMES[name] ?? name.replaceAll('_', ' ');
}

function inDecimals(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** Whole from ten on, one decimal below. */
function rounded(value: number): string {
  return Math.abs(value) < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}
