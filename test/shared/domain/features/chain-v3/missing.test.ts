import { describe, expect, it } from 'vitest';
import { BALANCE } from '../../../../../shared/domain/features/chain-v3/balance.ts';
import { BUILD_UP } from '../../../../../shared/domain/features/chain-v3/build-up.ts';
import { CHAIN_V3 } from '../../../../../shared/domain/features/chain-v3/chain-v3.ts';
import { CLOCK } from '../../../../../shared/domain/features/chain-v3/clock.ts';
import { DAYS } from '../../../../../shared/domain/features/chain-v3/days.ts';
import { DEALER } from '../../../../../shared/domain/features/chain-v3/dealer.ts';
import type { FeatureGroup } from '../../../../../shared/domain/features/chain-v3/group.ts';
import { MACRO } from '../../../../../shared/domain/features/chain-v3/macro.ts';
import { OI_CHANGE } from '../../../../../shared/domain/features/chain-v3/oi-change.ts';
import { PRICE } from '../../../../../shared/domain/features/chain-v3/price.ts';
import { QUOTES } from '../../../../../shared/domain/features/chain-v3/quotes.ts';
import { TERM_STRUCTURE } from '../../../../../shared/domain/features/chain-v3/term-structure.ts';
import { VOLATILITY } from '../../../../../shared/domain/features/chain-v3/volatility.ts';
import { WALLS } from '../../../../../shared/domain/features/chain-v3/walls.ts';
import { featureNames } from '../../../../../shared/domain/features/feature-set.ts';
import type { WindowContext } from '../../../../../shared/domain/features/window.ts';
import type { Leg, StoredSnapshot } from '../../../../../shared/domain/market/snapshot.ts';
import { windowOver } from '../../../../factories/priced-chain.ts';
import { aRandomChain, aRandomContext } from '../../../../factories/random-chain.ts';
import { someTerms } from '../../../../factories/window.ts';

const NAMES = featureNames(CHAIN_V3);
const session = aRandomChain();
const context = aRandomContext();

function missingIn(
  change: (snapshot: StoredSnapshot) => Partial<StoredSnapshot>,
  given: WindowContext = context,
  terms = someTerms(),
): string[] {
  const changed = session.map((snapshot) => ({ ...snapshot, ...change(snapshot) }));
  const vector = CHAIN_V3.compute(windowOver(changed, given, terms));
  if ('error' in vector) throw new Error(vector.error);
  return NAMES.filter((_, i) => Number.isNaN(vector.features[i]!));
}

const legs = (change: Partial<Leg>) => (snapshot: StoredSnapshot) => ({
  legs: snapshot.legs.map((leg) => ({ ...leg, ...change })),
});
const keep = (passes: (leg: Leg) => boolean) => (snapshot: StoredSnapshot) => ({
  legs: snapshot.legs.filter(passes),
});
const of = (...groups: FeatureGroup[]) => groups.flatMap(({ specs }) => specs.map(({ name }) => name));
const without = (names: readonly string[], ...left: string[]) => names.filter((name) => !left.includes(name));
const inOrder = (names: readonly string[]) => NAMES.filter((name) => names.includes(name));

const VOLUME = ['pcr_volume', 'pcr_volume_15m', 'call_turnover_15m', 'put_turnover_15m'];
const SIGMA_WALLS = ['max_pain_sigma', 'call_wall_sigma', 'put_wall_sigma'];
const OF_PRICES = [
  ...of(BUILD_UP, TERM_STRUCTURE, DEALER),
  ...without(of(VOLATILITY), 'vix_pct'),
  ...SIGMA_WALLS,
  'atm_iv_rank',
  'vol_risk_premium_20d',
  'implied_carry_pct',
  'parity_dispersion_bps',
];
const OF_QUOTES = without(of(QUOTES), 'quote_coverage');

describe('a column that is missing all over makes missing exactly what is made of it', () => {
  it.each<[string, (snapshot: StoredSnapshot) => Partial<StoredSnapshot>, string[]]>([
    ['nothing', () => ({}), []],
    ['iv, as delivered', legs({ iv: null }), []],
    ['underlying_volume and atm_strike', () => ({ underlying_volume: null, atm_strike: 1 }), []],
    ['vix', () => ({ vix: null }), ['vix_pct', 'atm_iv_less_vix']],
    ['future_oi', () => ({ future_oi: null }), ['future_oi_change_30m_pct']],
    [
      'future_price',
      () => ({ future_price: null }),
      ['future_basis_bps', 'future_basis_change_15m', 'future_carry_pct'],
    ],
    ['macro', () => ({ macro: null }), of(MACRO)],
    [
      'oi',
      legs({ oi: null }),
      [
        ...without(of(BALANCE), 'pcr_volume', 'pcr_volume_15m', 'ladder_coverage'),
        ...of(OI_CHANGE, BUILD_UP, WALLS, DEALER),
      ],
    ],
    ['volume', legs({ volume: null }), VOLUME],
    [
      'bid and ask quantity',
      legs({ bid_quantity: null, ask_quantity: null }),
      ['call_quote_imbalance', 'put_quote_imbalance'],
    ],
    ['ltp', legs({ ltp: null }), ['trade_location']],
    ['quotes, with the last price standing in', legs({ best_bid: null, best_ask: null }), OF_QUOTES],
    ['quotes and ltp', legs({ best_bid: null, best_ask: null, ltp: null }), [...OF_PRICES, ...OF_QUOTES]],
    [
      'puts',
      keep((leg) => leg.option_type === 'CE'),
      [
        ...OF_PRICES.filter((name) => !name.startsWith('call_')),
        ...of(BALANCE, OI_CHANGE, WALLS, QUOTES).filter((name) => /^(put|pcr)_/.test(name)),
        'oi_pressure_15m',
        'max_pain_pct',
        'call_wall_sigma',
      ],
    ],
    [
      'the whole ladder',
      keep((leg) => leg.strike > 26_500),
      [...without(of(BALANCE), 'ladder_coverage'), ...of(OI_CHANGE, WALLS, QUOTES), ...OF_PRICES],
    ],
  ])('%s', (_, change, expected) => {
    expect(missingIn(change)).toEqual(inOrder(expected));
  });

  it('other chains', () => {
    const expected = [...of(TERM_STRUCTURE), 'future_carry_pct'];
    expect(missingIn(() => ({}), { ...context, siblings: {} })).toEqual(inOrder(expected));
  });

  it('earlier sessions', () => {
    expect(missingIn(() => ({}), { ...context, priorDays: [] })).toEqual(inOrder(of(DAYS)));
  });

  it('the session, on a day that has none', () => {
    const expected = without(of(CLOCK), 'is_expiry_day', 'days_to_expiry', 'trading_minutes_to_expiry');
    expect(missingIn(() => ({}), context, someTerms({ session: null }))).toEqual(inOrder(expected));
  });

  it('the past, a quarter of an hour after the open', () => {
    const vector = CHAIN_V3.compute(windowOver(session.slice(0, 15), context));
    if ('error' in vector) throw new Error(vector.error);
    const missing = NAMES.filter((_, i) => Number.isNaN(vector.features[i]!));
    const known = [
      ...of(DEALER, DAYS, TERM_STRUCTURE, QUOTES, CLOCK, MACRO, WALLS),
      'pcr_oi',
      'atm_iv_pct',
      'vix_pct',
    ];
    expect(missing.filter((name) => known.includes(name))).toEqual([]);
    const young = ['return_15m_bps', 'return_30m_bps', 'realised_vol_60m_pct', 'call_oi_change_15m_pct'];
    expect(young.filter((name) => !missing.includes(name))).toEqual([]);
    expect(of(PRICE).filter((name) => missing.includes(name)).length).toBeGreaterThan(5);
  });
});
