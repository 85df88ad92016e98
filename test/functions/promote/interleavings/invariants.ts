import { liveAt } from '../../../../shared/domain/promotion/live-at.ts';
import type { HistoryRow, LivePointer } from '../../../../shared/domain/promotion/registry.ts';
import type { Execution } from './machine.ts';
import type { Outcome } from './run.ts';
import { A, B, COMING, REFUSED } from './world.ts';

const SWITCHES = new Set(['promoted', 'rolled_back', 'withdrawn']);
const REGISTERED = new Map([A, B, REFUSED, COMING].map((one) => [one.row.version, one]));

/** What is wrong with an outcome, in words; nothing for one that is as it must be. */
export function problemsOf(outcome: Outcome): string[] {
  return [
    ...historyProblems(outcome),
    ...liveAtProblems(outcome),
    ...statusProblems(outcome),
    ...lostUpdates(outcome),
    ...backendProblems(outcome),
    ...outcome.executions.flatMap((run) => executionProblems(run, outcome)),
    ...raceProblems(outcome),
    ...readerProblems(outcome),
  ];
}

const switchesOf = (rows: readonly HistoryRow[]) => rows.filter(({ event }) => SWITCHES.has(event));
const named = (row: HistoryRow) => `${row.event} ${row.to_version} of ${row.execution} at ${row.at}`;
const unless = (holds: boolean, words: string): string[] => (holds ? [] : [words]);

/** Each switch goes on from the one before it, and the pointer stands where the last one put it. */
function historyProblems({ before, after }: Outcome): string[] {
  const problems: string[] = [];
  let from: string | null = null;
  let revision = 0;
  const switches = switchesOf(after.history);
  for (const row of switches) {
    const follows = row.from_version === from && row.pointer_revision === revision + 1;
    if (!follows) problems.push(`history: expected a switch from ${from} ${revision}, was ${named(row)}`);
    from = row.to_version;
    revision = row.to_version === null ? 0 : row.pointer_revision;
  }
  const last = switches.at(-1);
  const { pointer } = after;
  const stands =
    pointer === undefined
      ? last === undefined || last.to_version === null
      : last !== undefined && isOf(pointer, last);
  if (!stands) problems.push(`pointer: expected as the last switch left it, was ${JSON.stringify(pointer)}`);
  const kept = before.history.every((row, at) => JSON.stringify(row) === JSON.stringify(after.history[at]));
  return [...problems, ...unless(kept, 'history: expected what was there before unchanged, in front')];
}

function isOf(pointer: LivePointer, row: HistoryRow): boolean {
  return (
    pointer.version === row.to_version &&
    pointer.revision === row.pointer_revision &&
    pointer.since === row.at &&
    pointer.previous_version === row.from_version &&
    pointer.bundle_hash === REGISTERED.get(pointer.version)!.row.bundle_hash
  );
}

/** At each switch's moment the last switch of that moment counts. */
function liveAtProblems({ after }: Outcome): string[] {
  const switches = switchesOf(after.history);
  const lastOf = new Map(switches.map((row) => [row.at, row.to_version]));
  return [...lastOf].flatMap(([at, version]) => {
    const answered = liveAt(after.history, at);
    return unless(answered === version, `live at ${at}: expected ${version}, was ${answered}`);
  });
}

function statusProblems({ after }: Outcome): string[] {
  const live = after.versions.filter(({ status }) => status === 'live').map(({ version }) => version);
  const expected = after.pointer === undefined ? [] : [after.pointer.version];
  return unless(live.join() === expected.join(), `live rows: expected ${expected}, was ${live}`);
}

/** A row's revision counts what was written to it: a write that another overwrote unread would be missing. */
function lostUpdates({ before, after, judgings, choosings, trainings }: Outcome): string[] {
  const problems: string[] = [];
  const switches = switchesOf(after.history).slice(switchesOf(before.history).length);
  for (const { version, revision, verdict_key } of after.versions) {
    const first = before.versions.find((row) => row.version === version)?.revision ?? 0;
    const moved = switches.filter((row) => row.from_version === version || row.to_version === version).length;
    const judged = judgings.filter((run) => run.of.row.version === version);
    const stored = judged.filter(({ outcome }) => outcome === 'stored').length;
    const unsure = judged.filter(({ outcome }) => outcome === 'unknown').length;
    const chosen = choosings.filter((run) => run.of.row.version === version);
    const backed = chosen.filter(({ outcome }) => outcome === 'stored').length;
    const unheard = chosen.filter(({ outcome }) => outcome === 'unknown').length;
    const least = first + moved + stored + backed;
    if (revision < least || revision > least + unsure + unheard)
      problems.push(`${version}: expected revision ${least}, was ${revision}`);
    if (stored > 0 && verdict_key?.endsWith('-again.json') !== true)
      problems.push(`${version}: expected the verdict that was stored, was ${verdict_key}`);
  }
  const added = trainings.filter((one) => one.added).length;
  return [
    ...problems,
    ...unless(added === Math.min(1, trainings.length), `added: expected once, was ${added}`),
  ];
}

/** A backend that was chosen stays, whatever is switched or judged beside it, and is in the history once. */
function backendProblems({ after, choosings }: Outcome): string[] {
  const rows = after.history.filter(({ event }) => event === 'backend_changed');
  const stored = choosings.filter(({ outcome }) => outcome === 'stored');
  const unheard = choosings.filter(({ outcome }) => outcome === 'unknown').length;
  const isCounted = rows.length >= stored.length && rows.length <= stored.length + unheard;
  const kept = rows.every(({ to_version, endpoint }) => {
    const entry = after.versions.find(({ version }) => version === to_version);
    return entry?.backend === 'sagemaker' && entry.endpoint === endpoint;
  });
  return [
    ...unless(isCounted, `backends: expected ${stored.length} in the history, was ${rows.length}`),
    ...unless(kept, 'backends: expected the entry to have what the history says'),
  ];
}

/** What an execution was told is what happened, once, and nothing it did is missing. */
function executionProblems(run: Execution, { after, judgings, choosings }: Outcome): string[] {
  const own = after.history.filter(({ execution }) => execution === run.id);
  const undone = after.history.filter(({ execution }) => execution === `${run.id}:undo`);
  const switched = switchesOf(own);
  const declined = own.filter(({ event }) => event === 'refused' || event === 'failed');
  const says = (words: string) => `${run.id} (${run.action}, ${run.heard}, ${run.error}): ${words}`;
  const problems = [
    ...unless(switched.length <= 1, says(`expected one switch at most, was ${switched.length}`)),
    ...unless(undone.length <= 1, says(`expected to take back once at most, was ${undone.length}`)),
  ];
  if (run.heard.includes('switched'))
    problems.push(...unless(switched.length === 1, says('expected the switch it heard of')));
  if (run.heard.includes('taken back'))
    problems.push(...unless(undone.length === 1, says('expected to have taken back')));
  if (run.heard.includes('not taken back: Conflict'))
    // A verdict or a backend may have been bound to one of the rows meanwhile.
    problems.push(
      ...unless(
        judgings.length > 0 || choosings.length > 0 || isOvertaken(switched[0]!, after.history),
        says('expected somebody after it'),
      ),
    );
  if (run.gone) return problems;
  if (run.error === undefined)
    return [...problems, ...unless(declined.length === 0, says('expected no refusal'))];
  // The code of a crashed state is gone, and what it did may be done: only then may a switch have happened as well.
  if (run.crashes === 0 && !run.heard.includes('switched'))
    problems.push(...unless(switched.length === 0, says('expected no switch beside its failure')));
  if (!run.heard.includes('switched'))
    problems.push(...unless(declined.length === 1, says(`expected one refusal, was ${declined.length}`)));
  return problems;
}

/** Whether the switch after this one was somebody else's. */
function isOvertaken(row: HistoryRow, history: readonly HistoryRow[]): boolean {
  const switches = switchesOf(history);
  const following = switches[switches.indexOf(row) + 1];
  return following !== undefined && following.execution !== `${row.execution}:undo`;
}

/** Of those that planned on one state of the pointer one switches it; who is told Conflict had a winner before it. */
function raceProblems({ executions, judgings, choosings, after }: Outcome): string[] {
  const planned = executions.filter(({ base }) => base !== undefined);
  return [...Map.groupBy(planned, ({ base }) => base!)].flatMap(([base, group]) => {
    const ids = new Set(group.map(({ id }) => id));
    const rows = switchesOf(after.history);
    const moved = rows.filter((row) => `${row.from_version} ${row.pointer_revision - 1}` === base);
    const winners = moved.filter((row) => ids.has(row.execution!));
    const lost = group.some(({ error, crashes }) => error === 'Conflict' && crashes === 0);
    // A first promotion is possible again after each withdrawal.
    const generations = 1 + rows.filter(({ event }) => event === 'withdrawn').length;
    const mostWinners = base === 'null 0' ? generations : 1;
    const judged = [...judgings, ...choosings].some(({ outcome }) => outcome !== 'conflict');
    return [
      ...unless(winners.length <= mostWinners, `${base}: expected one winner, was ${winners.length}`),
      ...unless(!lost || judged || moved.length > 0, `${base}: expected a winner over the loser, was none`),
    ];
  });
}

/** Every pointer that was read stood there, in that order, and its bundle was whole and its own. */
function readerProblems({ seen, before, after }: Outcome): string[] {
  const switches = switchesOf(after.history);
  const states = [undefined, ...switches];
  return seen.flatMap(({ pointers, history }) => {
    let at = switchesOf(before.history).length;
    const problems: string[] = [];
    for (const { pointer, ...bundle } of pointers) {
      const found = states.findIndex(
        (row, index) =>
          index >= at &&
          (pointer === undefined
            ? row === undefined || row.to_version === null
            : row !== undefined && isOf(pointer, row)),
      );
      if (found === -1) problems.push(`read: expected a pointer that stood there, was ${pointer?.version}`);
      else at = found;
      if (pointer === undefined) continue;
      const { threshold, row } = REGISTERED.get(pointer.version)!;
      const whole =
        bundle.bundleHash === pointer.bundle_hash &&
        bundle.version === row.version &&
        bundle.threshold === threshold;
      if (!whole) problems.push(`read: expected the bundle of ${pointer.version}, was ${bundle.version}`);
    }
    const late = after.history.map(named);
    const inOrder = history.map((row) => late.indexOf(named(row)));
    const isKept = inOrder.every(
      (place, index) => place >= 0 && (index === 0 || place > inOrder[index - 1]!),
    );
    return [...problems, ...unless(isKept, 'read: expected a history that is kept, in its order')];
  });
}
