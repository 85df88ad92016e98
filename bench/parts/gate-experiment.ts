import { executionConfig } from '../../shared/config/execution.ts';
import { gatePolicy } from '../../shared/config/gate.ts';
import { looksAt, type PairClass, WINDOW_DAYS } from './gate-looks.ts';
import { gatePair, type PairShape } from './gate-pair.ts';
import { alikeFor, knowsFor } from './gate-truth.ts';

/** What is true of pairs, and how many of them the gate is shown. */
export interface Experiment {
  readonly name: string;
  readonly kind: PairClass;
  /** Production's true daily Sharpe ratio. */
  readonly base: number;
  /** The candidate's less production's: above 0 it is better. */
  readonly edge: number;
  /** Of the two's daily returns. */
  readonly correlation: number;
  readonly pairs: number;
  readonly nights: number;
  /** Configurations beside the candidate that were tried on its dataset. */
  readonly rivals: number;
}

/** Which of an experiment's pairs, and from which seed on. */
export interface Share {
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

/** How often the gate let a candidate through, and which rule refused how often. */
export interface Counted {
  readonly pairs: number;
  /** On the first night, with 250 days. */
  readonly passed: number;
  /** On one night at least. */
  readonly everPassed: number;
  /** First night: by rule, and those that no other rule refused. */
  readonly refused: Readonly<Record<string, number>>;
  readonly refusedAlone: Readonly<Record<string, number>>;
}

/** Correlation of daily returns of the configurations that one search tries: measured (docs/decisions/0038). */
export const RIVALS_CORRELATION = 0.67;
/** Their true Sharpe ratios as shares of the candidate's, evenly spaced: a search tries much that is worse. */
const RIVALS_FROM = 0.4;
const RIVALS_TO = 1.1;
const DAYS_FOR_CORRELATION = 10_000;
const SEED_FOR_CORRELATION = 77;
const SEED_STEP = 7919;

/** Shows the gate a share of an experiment's pairs. The same share gives the same counts. */
export function runShare(experiment: Experiment, { from, to, seed }: Share): Counted {
  const { kind, nights } = experiment;
  const policy = gatePolicy();
  const execution = executionConfig().backtest;
  const key = JSON.stringify([experiment.base, experiment.edge, experiment.correlation, experiment.rivals]);
  const shape = shapes.get(key) ?? pairShape(experiment);
  shapes.set(key, shape);
  const tallies = { bins: policy.rules.calibration_error.bins, surest: SUREST_LABELS };
  const [refused, refusedAlone]: Record<string, number>[] = [{}, {}];
  let [passed, everPassed] = [0, 0];
  for (let at = from; at < to; at += 1) {
    const pair = gatePair(shape, WINDOW_DAYS + nights - 1, seed + at * SEED_STEP, tallies);
    const looks = looksAt(pair, nights, { kind, policy, execution });
    const first = looks[0]!;
    if (first.length === 0) passed += 1;
    if (looks.some((failed) => failed.length === 0)) everPassed += 1;
    for (const rule of first) refused![rule] = (refused![rule] ?? 0) + 1;
    if (first.length === 1) refusedAlone![first[0]!] = (refusedAlone![first[0]!] ?? 0) + 1;
  }
  return { pairs: to - from, passed, everPassed, refused: refused!, refusedAlone: refusedAlone! };
}

/** A day's five surest rows lie close together: they share about two labels. */
const SUREST_LABELS = 2;

/** A shape takes a second to find, and shares of an experiment come one after the other. */
const shapes = new Map<string, PairShape>();

function pairShape({ base, edge, correlation, rivals }: Experiment): PairShape {
  const candidate = knowsFor(base + edge);
  const production = knowsFor(base);
  const alike = (wanted: number, other: number) =>
    alikeFor(wanted, candidate, other, DAYS_FOR_CORRELATION, SEED_FOR_CORRELATION);
  const share = (at: number) => RIVALS_FROM + ((RIVALS_TO - RIVALS_FROM) * (at + 0.5)) / rivals;
  return {
    candidate,
    production,
    alike: alike(correlation, production),
    rivals: Array.from({ length: rivals }, (_, at) => knowsFor((base + edge) * share(at))),
    rivalsAlike: alike(RIVALS_CORRELATION, candidate),
  };
}

/** The counts of two shares together. */
export function together(a: Counted, b: Counted): Counted {
  const added = (one: Counted['refused'], two: Counted['refused']) =>
    Object.fromEntries(
      [...new Set([...Object.keys(one), ...Object.keys(two)])].map((rule) => [
        rule,
        (one[rule] ?? 0) + (two[rule] ?? 0),
      ]),
    );
  return {
    pairs: a.pairs + b.pairs,
    passed: a.passed + b.passed,
    everPassed: a.everPassed + b.everPassed,
    refused: added(a.refused, b.refused),
    refusedAlone: added(a.refusedAlone, b.refusedAlone),
  };
}
