import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qualityPolicy } from '../../../../shared/config/quality.ts';
import { labelChain } from '../../../../shared/domain/labels/label-chain.ts';
import { LABEL_COLUMNS, type LabelRow } from '../../../../shared/domain/labels/label-row.ts';
import type { ChainDaySnapshot } from '../../../../shared/domain/lake/chain-rows.ts';
import { epochMs, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import { qualityFlags } from '../../../../shared/domain/market/quality/quality-flags.ts';
import { qualityTerms } from '../../../../shared/domain/market/quality/terms.ts';
import { LABEL_DATE, nseRules } from '../../../factories/label-day.ts';
import { aSession, randomOf } from '../../../factories/session.ts';

const rules = nseRules();
const quality = qualityPolicy();
const TERMS = qualityTerms(LABEL_DATE, rules);
type Chain = readonly ChainDaySnapshot[];
const chainOf = (options: Parameters<typeof aSession>[0]): Chain =>
  aSession(options).map((snapshot) => ({ ...snapshot, revised: false }));
const labelsOf = (chain: Chain) => labelChain(chain, { rules, quality }, 'some-set');
/** As if nothing blocked. */
const unjudged = (chain: Chain) =>
  labelChain(chain, { rules, quality: { ...quality, blocking: [] } }, 'some-set');
const isEmpty = (label: LabelRow) => LABEL_COLUMNS.every((name) => label[name] === null);
const changed = (chain: Chain, at: number, change: (one: ChainDaySnapshot) => Partial<ChainDaySnapshot>) =>
  chain.map((snapshot, index) => (index === at ? { ...snapshot, ...change(snapshot) } : snapshot));

describe('a false tick', () => {
  const CHAIN = chainOf({ minutes: 130 });
  const AT = 80;
  const ticked = changed(CHAIN, AT, ({ underlying_price }) => ({
    underlying_price: underlying_price * 1.03,
  }));
  const [clean, labels] = [labelsOf(CHAIN), labelsOf(ticked)];

  it('would have decided labels of the minutes before it', () => {
    const fooled = unjudged(ticked);
    expect(fooled[AT - 5]!.return_5).toBeGreaterThan(0.02);
    expect(fooled[AT - 1]).toMatchObject({ target: 1, minutes_to_hit: 1, session_target: 1 });
    expect(clean[AT - 1]!.target).not.toBeNull();
  });

  it('has a row without labels, and so has the jump back', () => {
    expect(labels.map(({ uid }) => uid)).toEqual(clean.map(({ uid }) => uid));
    expect(labels.flatMap((label, at) => (isEmpty(label) ? [at] : []))).toEqual([AT, AT + 1]);
  });

  it('changes no label of the minutes before it but to null', () => {
    let lost = 0;
    for (const [at, label] of labels.slice(0, AT).entries()) {
      for (const name of LABEL_COLUMNS.filter((column) => !column.endsWith('uniqueness'))) {
        const minutes = Number(/^oi_change_.._(\d+)$/.exec(name)?.[1]);
        if (label[name] === null && clean[at]![name] !== null) lost += 1;
        // As where the minute has no row: the newest of the horizon's last three minutes counts.
        else if ([AT, AT + 1].includes(at + minutes)) expect(label[name], name).not.toBeNull();
        else expect(label[name], `${name} at ${at}`).toBe(clean[at]![name]);
      }
      for (const horizon of [3, 5, 15, 30] as const) {
        const isLost = [AT, AT + 1].includes(at + horizon);
        expect(label[`return_${horizon}`] === null, `return_${horizon} at ${at}`).toBe(isLost);
        expect(label[`straddle_pnl_${horizon}`] === null, `straddle at ${at}`).toBe(isLost);
      }
    }
    expect(lost).toBeGreaterThan(40);
  });

  it('changes nothing of what ended before it', () => {
    expect(labels.slice(0, AT - 30)).toEqual(clean.slice(0, AT - 30));
  });

  it('leaves the minutes after it the labels of a day without those two', () => {
    const absent = labelsOf(CHAIN.filter((_, at) => at !== AT && at !== AT + 1));
    expect(labels.slice(AT + 2)).toEqual(absent.slice(AT));
    const ahead = LABEL_COLUMNS.filter((name) => /_\d+$/.test(name));
    for (let at = AT + 2; at < CHAIN.length; at += 1) {
      for (const name of ahead) expect(labels[at]![name], `${name} at ${at}`).toBe(clean[at]![name]);
    }
  });

  it('that is the last of its minute hides the minute, not the row before it in the minute', () => {
    const { timestamp, underlying_price } = CHAIN[AT]!;
    const later = {
      ...CHAIN[AT]!,
      timestamp: utcIso(epochMs(timestamp) + 30_000),
      underlying_price: underlying_price * 1.03,
      snapshot_id: 'b'.repeat(32),
    };
    const label = labelsOf([...CHAIN.slice(0, AT + 1), later, ...CHAIN.slice(AT + 1)])[AT]!;
    expect(label.timestamp).toBe(later.timestamp);
    expect(isEmpty(label)).toBe(true);
  });
});

const FAULTS: readonly ((one: ChainDaySnapshot) => Partial<ChainDaySnapshot>)[] = [
  ({ underlying_price }) => ({ underlying_price: underlying_price * 0.98 }),
  ({ legs }) => ({ legs: legs.map((leg) => ({ ...leg, best_bid: 400, best_ask: 300 })) }),
  ({ legs }) => ({ legs: legs.filter((leg) => leg.option_type === 'CE') }),
  ({ legs }) => ({ legs: legs.map((leg) => ({ ...leg, oi: (leg.oi ?? 0) / 75 + 0.5 })) }),
  () => ({ expiry: '2025-12-16' }),
  // No fault that blocks: the labels may rest on it.
  () => ({ vix: null }),
];

describe('labels of a day with blocked minutes', () => {
  it('are those of the same day with these minutes absent', () => {
    let [blockedRows, labelled] = [0, 0];
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0.01, 0.05, 0.2), (seed, share) => {
        const random = randomOf(seed);
        const chain = chainOf({ seed, minutes: 110, faults: 0.02 }).map((snapshot) => {
          const fault = random() < share ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined;
          return { ...snapshot, ...fault?.(snapshot) };
        });
        const isBlocked = (snapshot: ChainDaySnapshot, at: number) =>
          qualityFlags(snapshot, chain.slice(0, at), TERMS, quality).some(({ flag }) =>
            quality.blocking.includes(flag),
          );
        const blocked = new Set(chain.filter(isBlocked).map(({ timestamp }) => timestamp));
        const labels = labelsOf(chain);
        const absent = unjudged(chain.filter(({ timestamp }) => !blocked.has(timestamp)));
        expect(labels.map(({ timestamp }) => timestamp)).toEqual(chain.map(({ timestamp }) => timestamp));
        expect(labels.filter(({ timestamp }) => !blocked.has(timestamp))).toEqual(absent);
        expect(labels.filter((label) => blocked.has(label.timestamp)).every(isEmpty)).toBe(true);
        blockedRows += blocked.size;
        labelled += absent.filter(({ return_3 }) => return_3 !== null).length;
      }),
      // Ten days that happen to be nearly clean would show nothing.
      { numRuns: 10, examples: [1, 2, 3, 4].map((seed) => [seed, 0.2] as [number, number]) },
    );
    expect(blockedRows).toBeGreaterThan(50);
    expect(labelled).toBeGreaterThan(300);
  });
});

describe('a spot that stands still', () => {
  it('has no labels while it is flagged, and no label rests on it', () => {
    const chain = chainOf({ minutes: 60 }).map((snapshot, at, all) =>
      at > 20 && at < 30 ? { ...snapshot, underlying_price: all[20]!.underlying_price } : snapshot,
    );
    const labels = labelsOf(chain);
    const empty = labels.flatMap((label, at) => (isEmpty(label) ? [at] : []));
    expect(empty.filter((at) => at < 40)).toEqual([23, 24, 25, 26, 27, 28, 29]);
    expect(labels[20]!.return_5).toBeNull();
    expect(labels[17]!.return_5).toBe(chain[22]!.underlying_price / chain[17]!.underlying_price - 1);
    expect(labels[20]!.straddle_pnl_3).toBeNull();
  });

  it('that blocks a whole day leaves rows without labels', () => {
    const chain = chainOf({ minutes: 5 }).map((snapshot) => ({ ...snapshot, expiry: '2025-12-16' }));
    const labels = labelsOf(chain);
    expect(labels).toHaveLength(5);
    expect(labels.every(isEmpty)).toBe(true);
  });
});
