import type { Experiment } from './gate-experiment.ts';

/** Production's true daily Sharpe ratio: what a model needs that this gate let in as the first one. */
export const BASE = 0.25;
/**
 * Of the daily returns of candidate and production, measured on two retrains a night apart, and on other families and other
 * features (docs/decisions/0038).
 */
export const CORRELATIONS = { refresh: 0.85, replace: 0.84 } as const;
/** The difference of daily Sharpe ratios that matters, either way. */
const EDGE = 0.1;
const NIGHTS = 30;
const RIVALS = 17;

/** The four figures that are promised, then those of the pictures. */
export type Group =
  | 'same'
  | 'better'
  | 'equal'
  | 'worse'
  | 'by edge'
  | 'by correlation'
  | 'by production'
  | 'nothing else tried';

export interface Planned extends Experiment {
  readonly group: Group;
}

/** All that the gate is shown; `share` of the pairs. */
export function gateExperiments(share: number): Planned[] {
  const some = (pairs: number) => Math.max(2, Math.round(pairs * share));
  const three = (change: Partial<Experiment>, group: Group) =>
    [replace(EDGE), refresh(0), refresh(-EDGE)].map((one) => ({
      ...one,
      ...change,
      group,
      pairs: some(150),
    }));
  const curve = (one: Unnamed): Omit<Planned, 'name'> => ({ ...one, group: 'by edge', pairs: some(200) });
  const planned: Omit<Planned, 'name'>[] = [
    { ...replace(0), group: 'same', pairs: some(2000), nights: NIGHTS },
    { ...replace(EDGE), group: 'better', pairs: some(600), nights: NIGHTS },
    { ...refresh(0), group: 'equal', pairs: some(1000) },
    { ...refresh(-EDGE), group: 'worse', pairs: some(1000) },
    ...[-0.05, 0, 0.05, 0.1, 0.15, 0.2].map((edge) => curve(replace(edge))),
    ...[-0.2, -0.15, -0.1, -0.05, 0, 0.05].map((edge) => curve(refresh(edge))),
    ...[0.6, 0.7, 0.8, 0.9, 0.95].flatMap((correlation) => three({ correlation }, 'by correlation')),
    ...[0.1, 0.15, 0.2, 0.3].flatMap((base) => three({ base }, 'by production')),
    ...three({ rivals: 0 }, 'nothing else tried'),
  ];
  return planned.map((one) => ({ ...one, name: nameOf(one) }));
}

type Unnamed = Omit<Experiment, 'pairs' | 'name'>;

function replace(edge: number): Unnamed {
  return { kind: 'replace', base: BASE, edge, correlation: CORRELATIONS.replace, nights: 1, rivals: RIVALS };
}

function refresh(edge: number): Unnamed {
  return { ...replace(edge), kind: 'refresh', correlation: CORRELATIONS.refresh };
}

function nameOf({ kind, base, edge, correlation, rivals }: Omit<Experiment, 'name'>): string {
  const than = edge === 0 ? 'as good as' : edge > 0 ? `better by ${edge} than` : `worse by ${-edge} than`;
  const tried = rivals === 0 ? ', nothing else tried' : '';
  return `${kind}, ${than} production with ${base}, correlation ${correlation}${tried}`;
}
