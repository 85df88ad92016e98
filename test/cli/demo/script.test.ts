import { describe, expect, it } from 'vitest';
import { script, tradeLines } from '../../../cli/demo/script.ts';
import { optionPolicy } from '../../../shared/config/execution.ts';
import { simulateDay } from '../../../simulator/market.ts';

const chainsOf = (of: ReturnType<typeof script>) => of.specs.map(({ exchange }) => exchange);

describe("the demo's script", () => {
  const both = script(15, 0.4);

  it('plays the exchanges with models, and the chains that their signals trade', () => {
    expect(both.exchanges).toEqual(['NSE', 'BSE']);
    expect(chainsOf(both)).toEqual(['NSE', 'BSE', 'NSE_MONTHLY']);
    expect(chainsOf(script(5, 0.4, ['BSE']))).toEqual(['BSE']);
    expect(chainsOf(script(5, 0.4, ['NSE']))).toEqual(['NSE', 'NSE_MONTHLY']);
  });

  it('trades by the default policy, and says so', () => {
    expect(both.exits).toEqual(optionPolicy());
    expect(both.tradedChains).toMatchObject({ NSE: 'NSE_MONTHLY', BSE: 'BSE' });
    expect(tradeLines(both)).toEqual([
      `signals of NSE trade contracts of NSE_MONTHLY (policy ${both.policy})`,
    ]);
  });

  it('quotes the monthly chain on the path of the weekly one, for the month', () => {
    const [date] = both.history;
    const { sessions } = simulateDay({
      seed: both.seed,
      edge: both.edge,
      exchanges: both.specs,
      date: date!,
    });
    const [weekly, , monthly] = sessions.map(({ snapshots }) => snapshots);
    expect(monthly!.map((one) => one.underlying_price)).toEqual(weekly!.map((one) => one.underlying_price));
    expect([weekly![0]!.expiry, monthly![0]!.expiry]).toEqual(['2026-02-03', '2026-02-24']);
  });
});
