// Backtest: a year of one exchange's minutes, on the underlying and in options, against an engine that goes row by row.
import { availableParallelism, loadavg } from 'node:os';
import { executionConfig } from '../shared/config/execution.ts';
import { backtestUnderlying } from '../shared/domain/backtest/backtest.ts';
import { backtestOptions, type OptionBacktest } from '../shared/domain/backtest/option-replay.ts';
import { median, resultLine, timed } from './parts/harness.ts';
import { optionYear, type YearSession, yearSetting } from './parts/option-year.ts';
import { RowByRowEngine } from './peers/row-by-row-backtest.ts';

const SEED = 7;
const TARGET_MS = 50;
const REPEAT = { warmUp: 3, runs: 15 };
/** Milliseconds of processor time, all threads: what an idle core would need, whatever else runs beside. */
const processorMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const PEER_REPEAT = { warmUp: 1, runs: 3 };
/** A signal in every fifth minute, and in every one: the most there can be to ask. */
const USUAL = 0.2;
const MOST = 1;

const setting = yearSetting();
const { backtest: policy } = executionConfig();

function ours(year: readonly YearSession[]): OptionBacktest {
  return backtestOptions(
    year.map(({ option }) => option),
    setting,
  );
}

function peer(year: readonly YearSession[]): RowByRowEngine {
  const engine = new RowByRowEngine(setting);
  for (const { rows } of year) engine.session(rows);
  return engine;
}

function assertSame(replay: OptionBacktest, { trades }: RowByRowEngine): void {
  const keys = (list: readonly { session: string; entry_minute: number; exit_minute: number }[]) =>
    list.map((one) => `${one.session} ${one.entry_minute} ${one.exit_minute}`).sort();
  if (keys(replay.trades).join() !== keys(trades).join()) {
    throw new Error(`expected both engines to trade the same, was ${replay.trades.length}, ${trades.length}`);
  }
}

const year = optionYear(SEED, USUAL);
const dense = optionYear(SEED, MOST);
const replay = ours(year);
assertSame(replay, peer(year));
const underlying = () =>
  backtestUnderlying(
    year.map((session) => session.underlying),
    policy,
  );
const replays = () => [underlying(), ours(year)];
const clocked = async (run: () => unknown, repeat = REPEAT) => median(await timed(repeat, run, processorMs));
const bothMs = await clocked(replays);
const optionMs = await clocked(() => ours(year));
const underlyingMs = await clocked(underlying);
const denseMs = await clocked(() => ours(dense));
const peerMs = await clocked(() => peer(year), PEER_REPEAT);
console.log(
  resultLine({
    bench: 'backtest',
    ours: bothMs,
    peer: peerMs,
    peer_source: 'measured',
    unit: 'ms of processor time',
    target: TARGET_MS,
    better: 'lower',
    wall_ms: median(await timed(REPEAT, replays)),
    option_ms: optionMs,
    underlying_ms: underlyingMs,
    /** With a signal in every minute. */
    dense_option_ms: denseMs,
    peer_is: 'the replay in options alone, over row objects',
    scored_rows: replay.metrics.sessions * year[0]!.rows.length,
    signals: replay.signals,
    option_trades: replay.trades.length,
    underlying_trades: underlying().trades.length,
    runs: REPEAT.runs,
    cores: availableParallelism(),
    load_1m: loadavg()[0],
  }),
);
