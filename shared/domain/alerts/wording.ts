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
  return `Open from ${state.opened_at} to ${state.recovered_at ?? state.last_seen_at} (${minutes} minutes).`;
}

/** Names in words (`drawdown_rupees` is `drawdown rupees`), numbers to at most two decimals. */
export function shownNumbers(numbers: Readonly<Record<string, number | string>>): [string, string][] {
  return Object.entries(numbers).map(([name, value]) => [
    name.replaceAll('_', ' '),
    typeof value === 'number' ? String(Number(value.toFixed(2))) : value,
  ]);
}
