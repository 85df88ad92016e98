import { describe, expect, it } from 'vitest';
import file from '../../../config/exchanges.json' with { type: 'json' };
import { exchangesRules, parseExchanges } from '../../../shared/config/exchanges.ts';
import { isTradingDay } from '../../../shared/domain/market/calendar.ts';
import { RejectedInput } from '../../../shared/errors.ts';

/** The shipped file after an edit, as a person might make it. */
function edited(edit: (copy: typeof file) => void): unknown {
  const copy = structuredClone(file);
  edit(copy);
  return copy;
}

describe('config/exchanges.json', () => {
  it('holds the four exchanges, each with its market', () => {
    const rules = exchangesRules();
    expect(Object.keys(rules)).toEqual(['NSE', 'BSE', 'NSE_MONTHLY', 'BANKNIFTY_MONTHLY']);
    expect(Object.values(rules).map((r) => r.underlying)).toEqual(['NIFTY', 'SENSEX', 'NIFTY', 'BANKNIFTY']);
    expect(rules.NSE_MONTHLY.market).toBe(rules.NSE.market);
    expect(rules.BSE.market).not.toBe(rules.NSE.market);
  });

  it('gives every entry a source', () => {
    const entries: object[] = [];
    JSON.parse(JSON.stringify(file), (_, value) => {
      if (
        typeof value === 'object' &&
        value !== null &&
        ('from' in value || 'expiries_from' in value || 'date' in value || 'year' in value)
      ) {
        entries.push(value);
      }
      return value;
    });
    expect(entries.length).toBeGreaterThan(150);
    for (const entry of entries) expect(entry).toHaveProperty('source');
  });
});

describe('an edited file is refused with the key and the value', () => {
  it.each<[string, (copy: typeof file) => void, RegExp]>([
    [
      'a clock that is none',
      (c) => {
        c.markets.NSE.sessions[0]!.close = '25:00';
      },
      /markets\.NSE\.sessions\.0\.close: .*was "25:00"/,
    ],
    [
      'a pause of the spot that ends before it starts',
      (c) => {
        c.markets.BSE.spot_pauses[0]!.ends = '15:00';
      },
      /markets\.BSE\.spot_pauses: expected starts before ends, was 15:15 to 15:00/,
    ],
    [
      'an unknown market',
      (c) => {
        c.exchanges.BSE.market = 'LSE';
      },
      /exchanges\.BSE\.market: expected one of NSE, BSE, was LSE/,
    ],
    [
      'a missing exchange',
      (c) => {
        delete (c.exchanges as Record<string, unknown>)['NSE'];
      },
      /exchanges\.NSE: .*was missing/,
    ],
    [
      'a misspelt key',
      (c) => {
        Object.assign(c.exchanges.NSE, { lotsize: [] });
      },
      /exchanges\.NSE: .*lotsize/,
    ],
    [
      'an entry with no source',
      (c) => {
        c.exchanges.NSE.tick[0]!.source = '';
      },
      /exchanges\.NSE\.tick\.0\.source/,
    ],
    [
      'entries out of order',
      (c) => {
        c.exchanges.NSE.lot_size.reverse();
      },
      /exchanges\.NSE\.lot_size: expected entries by rising date/,
    ],
    [
      'a holiday on a weekend',
      (c) => {
        c.markets.NSE.holidays[0]!.date = '2025-02-23';
      },
      /expected a weekday, was 2025-02-23/,
    ],
    [
      'a projected holiday of a year whose list is known',
      (c) => {
        Object.assign(c.markets.NSE.holidays.at(-3)!, { projected: true });
      },
      /markets\.NSE\.holidays: expected the date as the list of its year has it, was 2026-12-25 \(Christmas\), projected/,
    ],
    [
      'a holiday of a year without list that is not called projected',
      (c) => {
        delete (c.markets.BSE.holidays.at(-1) as { projected?: boolean }).projected;
      },
      /markets\.BSE\.holidays: expected projected before its list is known, was 2027-03-26/,
    ],
    [
      'a list of holidays twice',
      (c) => {
        c.markets.NSE.holiday_lists[1]!.year = 2024;
      },
      /holiday_lists: expected each year once/,
    ],
    [
      'a holiday twice',
      (c) => {
        c.markets.BSE.holidays[1]!.date = c.markets.BSE.holidays[0]!.date;
      },
      /holidays: expected each date once/,
    ],
    [
      'a holiday outside the coverage',
      (c) => {
        c.markets.BSE.holidays[0]!.date = '2023-12-29';
      },
      /was 2023-12-29/,
    ],
    [
      'a session that ends before it opens',
      (c) => {
        c.markets.NSE.special_sessions[0]!.close = '09:00';
      },
      /expected open before close/,
    ],
    [
      'a pause outside its session',
      (c) => {
        Object.assign(c.markets.NSE.special_sessions[0]!, { pause: { starts: '15:00', ends: '15:45' } });
      },
      /pause: expected within 09:15 to 15:30, was 15:00 to 15:45/,
    ],
    [
      'a rate below zero',
      (c) => {
        c.markets.BSE.costs.gst[0]!.pct = -18;
      },
      /markets\.BSE\.costs\.gst\.0\.pct: .*was -18/,
    ],
    [
      'a missing cost',
      (c) => {
        delete (c.markets.NSE.costs as Record<string, unknown>)['sebi_fee'];
      },
      /markets\.NSE\.costs\.sebi_fee: .*was missing/,
    ],
    [
      'sessions that start after the coverage',
      (c) => {
        c.markets.NSE.sessions[0]!.from = '2025-02-01';
      },
      /expected one from 2024-01-01/,
    ],
    [
      'a coverage that is empty',
      (c) => {
        c.markets.NSE.coverage.to = '2023-12-31';
      },
      /expected from before to/,
    ],
  ])('%s', (_, edit, message) => {
    const act = () => parseExchanges(edited(edit));
    expect(act).toThrow(RejectedInput);
    expect(act).toThrow(message);
    expect(act).toThrow(/^config\/exchanges\.json: /);
  });

  it('knows a year once its list of holidays is entered', () => {
    const rules = parseExchanges(
      edited((c) => {
        const { NSE } = c.markets;
        NSE.holidays = NSE.holidays.filter((day) => !day.date.startsWith('2027'));
        const source = 'a test of this file';
        for (const date of ['2027-01-26', '2027-03-22']) NSE.holidays.push({ date, name: 'Holiday', source });
        NSE.holiday_lists.push({ year: 2027, source });
      }),
    );
    expect(isTradingDay('2027-01-01', rules.NSE)).toBe(true);
    expect(isTradingDay('2027-03-22', rules.NSE_MONTHLY)).toBe(false);
    expect(() => isTradingDay('2027-01-01', rules.BSE)).toThrow(/2027-01-01/);
  });

  it('is taken when it is sound', () => {
    const rules = parseExchanges(
      edited((c) =>
        c.markets.NSE.holidays.push({
          date: '2026-12-24',
          name: 'Test holiday',
          source: 'a test of this file',
        }),
      ),
    );
    expect(isTradingDay('2026-12-24', rules.NSE)).toBe(false);
    expect(isTradingDay('2026-12-24', rules.BSE)).toBe(true);
  });

  it.each([[null], [[]], ['text'], [{}]])('%s is not a configuration', (json) => {
    expect(() => parseExchanges(json)).toThrow(RejectedInput);
  });
});
