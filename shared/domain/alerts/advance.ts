import type { AlertPolicy } from './alert-policy.ts';
import type { AlertState, Finding, Severity } from './alert-state.ts';
import type { Check } from './check.ts';

/** What people are to be told. */
export interface Notice {
  readonly kind: 'opened' | 'repeated' | 'recovered';
  readonly state: AlertState;
}

export interface Advanced {
  /** To be written, expecting the revision before it; null when nothing changed. */
  readonly state: AlertState | null;
  readonly notice: Notice | null;
}

const NOTHING: Advanced = { state: null, notice: null };
const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/**
 * One step of an alert's life. New or on another subject: told. Still open: counted, and told again only when it got
 * worse or after the policy's pause. Gone: told once. An event: told once per subject, and over at once. Unknown, or
 * clear without an open alert: nothing.
 * `previous` is the stored state of the same rule and exchange; `now` is UTC ISO from the caller's clock.
 */
export function advance(
  previous: AlertState | undefined,
  check: Check,
  now: string,
  policy: Pick<AlertPolicy, 'repeat_after_minutes'>,
): Advanced {
  if (check.kind === 'unknown') return NOTHING;
  if (check.kind === 'event') return happened(previous, check.finding, now);
  const open = previous?.status === 'open' ? previous : undefined;
  if (check.kind === 'clear') return open === undefined ? NOTHING : recover(open, check.subject, now);
  if (open === undefined || open.finding.subject !== check.finding.subject) {
    return told('opened', opened(check.finding, now, (previous?.revision ?? 0) + 1));
  }
  return stillOpen(open, check.finding, now, policy);
}

function opened(finding: Finding, now: string, revision: number): AlertState {
  return {
    rule: finding.rule,
    exchange: finding.exchange,
    status: 'open',
    finding,
    opened_at: now,
    last_seen_at: now,
    last_notified_at: now,
    recovered_at: null,
    occurrences: 1,
    revision,
  };
}

function happened(previous: AlertState | undefined, finding: Finding, now: string): Advanced {
  if (previous?.finding.subject === finding.subject) return NOTHING;
  const state = opened(finding, now, (previous?.revision ?? 0) + 1);
  return told('opened', { ...state, status: 'recovered', recovered_at: now });
}

function stillOpen(
  open: AlertState,
  finding: Finding,
  now: string,
  policy: Pick<AlertPolicy, 'repeat_after_minutes'>,
): Advanced {
  const pausedMinutes = (Date.parse(now) - Date.parse(open.last_notified_at)) / 60_000;
  const worse = RANK[finding.severity] > RANK[open.finding.severity];
  const tell = worse || pausedMinutes >= policy.repeat_after_minutes;
  const state: AlertState = {
    ...open,
    finding,
    last_seen_at: now,
    last_notified_at: tell ? now : open.last_notified_at,
    occurrences: open.occurrences + 1,
    revision: open.revision + 1,
  };
  return tell ? told('repeated', state) : { state, notice: null };
}

function recover(open: AlertState, subject: string | null, now: string): Advanced {
  if (subject !== null && subject !== open.finding.subject) return NOTHING;
  return told('recovered', {
    ...open,
    status: 'recovered',
    last_notified_at: now,
    recovered_at: now,
    revision: open.revision + 1,
  });
}

function told(kind: Notice['kind'], state: AlertState): Advanced {
  return { state, notice: { kind, state } };
}
