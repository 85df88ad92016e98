import { describe, expect, test } from 'vitest';
import file from '../../../config/gate.json' with { type: 'json' };
import { gatePolicy, parseGate } from '../../../shared/config/gate.ts';
import { EXCHANGES } from '../../../shared/domain/market/snapshot.ts';

const note = 'SENSEX has half the open interest, so that fewer signals are expected.';
const own = { note, rules: { sharpe: { superiority: 0.2 } }, evidence: { trades: 150 } };
const withOwn = { ...file, exchanges: { BSE: own } };
const profile = (evidence = file.evidence) => ({
  note: 'Short recordings only, never to be deployed.',
  evidence,
});

describe('thresholds of an exchange', () => {
  test('count before the default, threshold by threshold', () => {
    const [bse, nse] = [parseGate(withOwn, 'default', 'BSE'), parseGate(withOwn, 'default', 'NSE')];
    expect(bse.rules.sharpe).toEqual({ ...file.rules.sharpe, superiority: 0.2 });
    expect(bse.evidence).toEqual({ ...file.evidence, trades: 150 });
    expect({ ...bse.rules, sharpe: null }).toEqual({ ...nse.rules, sharpe: null });
    expect(nse).toEqual(parseGate({ ...file, exchanges: {} }, 'default'));
  });
  test('say why in every verdict', () => {
    expect(parseGate(withOwn, 'default', 'BSE').note).toBe(note);
    expect(parseGate(withOwn, 'default', 'NSE').note).toBeNull();
  });
  test('hold under a profile too, whose evidence floors count before all others', () => {
    const json = { ...withOwn, profiles: { short: profile({ ...file.evidence, trades: 1 }) } };
    const bse = parseGate(json, 'short', 'BSE');
    expect(bse.rules.sharpe.superiority).toBe(0.2);
    expect(bse.evidence.trades).toBe(1);
    expect(bse.note).toBe(`Short recordings only, never to be deployed. ${note}`);
  });
  test('of nobody are the default', () =>
    expect(parseGate(withOwn, 'default')).toEqual(parseGate(file, 'default')));

  test.each([
    ['an exchange that is not followed', { MCX: own }, 'exchanges'],
    ['a rule that is not there', { BSE: { note, rules: { sharp: {} } } }, 'exchanges.BSE.rules'],
    [
      'a threshold that is not there',
      { BSE: { note, rules: { sharpe: { floor: 1 } } } },
      'exchanges.BSE.rules.sharpe',
    ],
    [
      'a threshold out of range',
      { BSE: { note, rules: { deflated_sharpe: { floor: 95 } } } },
      'exchanges.BSE.rules.deflated_sharpe.floor',
    ],
    ['a floor below zero', { BSE: { note, evidence: { trades: -1 } } }, 'exchanges.BSE.evidence.trades'],
    ['no reason', { BSE: { rules: {} } }, 'exchanges.BSE.note'],
  ])('%s is refused by name', (_name, exchanges, field) => {
    expect(() => parseGate({ ...file, exchanges }, 'default')).toThrow(`config/gate.json: ${field}`);
  });
});

test.each(EXCHANGES)('the file that ships is whole for %s', (exchange) => {
  for (const name of ['default', ...Object.keys(file.profiles)]) {
    const { rules, evidence } = gatePolicy(name, exchange);
    expect(Object.keys(rules)).toEqual(Object.keys(file.rules));
    expect(Object.values(evidence).every((floor) => floor >= 0)).toBe(true);
  }
});
