import type { Api } from '../../shared/ports/api.ts';
import type { JourneyAnswer } from '../commands/journey.ts';
import type { Output } from '../output.ts';

/** Prints what went in and out of every stage on each of the days, and how long each scene took. */
export async function showSummary(
  viewer: Api,
  dates: readonly string[],
  seconds: Readonly<Record<string, number>>,
  output: Output,
): Promise<readonly JourneyAnswer[]> {
  const journeys: JourneyAnswer[] = [];
  for (const date of dates) {
    journeys.push(await viewer.call<JourneyAnswer>({ method: 'GET', path: '/v1/journey', query: { date } }));
  }
  output.line();
  output.line('the journey, in and out of every stage:');
  output.table(
    ['stage', 'takes', 'gives', ...journeys.flatMap(({ date }) => [`in ${date}`, 'out']), 'counted'],
    (journeys[0]?.stages ?? []).map((row, at) => [
      row.stage,
      row.takes,
      row.gives,
      ...journeys.flatMap(({ stages }) => [stages[at]?.in ?? 0, stages[at]?.out ?? 0]),
      row.unit,
    ]),
  );
  output.line();
  output.table(
    ['scene', 'seconds'],
    Object.entries(seconds).map(([scene, spent]) => [scene, Number(spent.toFixed(1))]),
  );
  return journeys;
}

/** Where a person looks next: what to type or open, and in one column beside it what it shows. */
export function showNextSteps(environment: string, output: Output): void {
  const steps = [
    [`./oi recommendations --env ${environment}`, 'the answers; add an id to follow one to its files'],
    [`./oi journey --env ${environment}`, 'every stage with live counts'],
    [`.oi/env/${environment}/state/`, 'the lake, the tables, the e-mail outbox, the logs'],
    ['./oi stop', 'ends the local cloud; nothing is lost'],
  ] as const;
  const width = Math.max(...steps.map(([step]) => step.length));
  output.line();
  output.line('where to look next:');
  for (const [step, shows] of steps) output.line(`  ${step.padEnd(width)}  ${shows}`);
}
