import { describe, expect, it } from 'vitest';
import { OI_CHANGE } from '../../../../../shared/domain/features/chain-v3/oi-change.ts';
import type { Leg } from '../../../../../shared/domain/market/snapshot.ts';
import { aPricedSession, valuesOf, windowOver } from '../../../../factories/priced-chain.ts';

/** Published every third minute, at minutes 0, 3, 6 ... since the open: the publication that a minute shows. */
const publicationAt = (minute: number) => Math.floor(minute / 3);

function changes(from: number, to: number, oi: (leg: Leg, publication: number) => number | null) {
  const session = aPricedSession(from, to, (minute) => ({
    sides: 1,
    leg: (leg) => ({ ...leg, oi: oi(leg, publicationAt(minute)) }),
  }));
  return valuesOf(OI_CHANGE, windowOver(session));
}

const isCall = (leg: Leg) => leg.option_type === 'CE';
/** Calls 1000 and 10 more with each publication, puts 2000 and 40 fewer. */
const steady = (leg: Leg, publication: number) =>
  isCall(leg) ? 1000 + 10 * publication : 2000 - 40 * publication;

describe('changes of open interest', () => {
  it('measure from publication to publication, whichever minute they are asked in', () => {
    // At minute 61 the last publication is number 20, of minute 60; 15 minutes before it is number 15.
    for (const minute of [60, 61, 62]) {
      const values = changes(2, minute, steady);
      expect(values.minutes_since_oi_publication).toBe(minute - 60);
      expect(values.call_oi_change_3m_pct).toBeCloseTo((100 * 10) / 1190, 12);
      expect(values.call_oi_change_15m_pct).toBeCloseTo((100 * 50) / 1150, 12);
      expect(values.call_oi_change_30m_pct).toBeCloseTo((100 * 100) / 1100, 12);
      expect(values.put_oi_change_3m_pct).toBeCloseTo((-100 * 40) / 1240, 12);
      expect(values.put_oi_change_30m_pct).toBeCloseTo((-100 * 400) / 1600, 12);
    }
  });

  it('over five minutes take the two publications of six minutes, scaled to five', () => {
    expect(changes(2, 62, steady).call_oi_change_5m_pct).toBeCloseTo(((100 * 20) / 1180) * (5 / 6), 12);
  });

  it('weigh legs by their size, so that a small one says little', () => {
    const oi = (leg: Leg, publication: number) =>
      leg.strike === 26_000 ? 1_000_000 + 1000 * publication : publication % 2;
    expect(changes(2, 62, oi).call_oi_change_3m_pct).toBeCloseTo((100 * (1000 - 2)) / (1_019_000 + 2), 9);
  });

  it('leave out a leg that is not known at both ends', () => {
    const oi = (leg: Leg, publication: number) => {
      if (!isCall(leg)) return 500 + publication;
      if (leg.strike === 25_950) return publication < 20 ? null : 77_777;
      return 1000 + 10 * publication;
    };
    expect(changes(2, 62, oi).call_oi_change_3m_pct).toBeCloseTo((100 * 10) / 1190, 12);
  });

  it('are missing, never infinite, from nothing', () => {
    const values = changes(2, 62, (leg, publication) =>
      isCall(leg) && publication < 20 ? 0 : 100 + publication,
    );
    expect(values.call_oi_change_3m_pct).toBeNaN();
    expect(values.put_oi_change_3m_pct).toBeGreaterThan(0);
  });

  it('are missing when nothing was published, or nothing is known', () => {
    for (const values of [changes(2, 62, () => 5), changes(2, 62, () => null)]) {
      expect(Object.values(values).every(Number.isNaN)).toBe(true);
    }
  });

  it('are missing when the last publication is stale', () => {
    const stopped = changes(2, 62, (leg, publication) => steady(leg, Math.min(publication, 16)));
    expect(stopped.minutes_since_oi_publication).toBe(14);
    expect(stopped.call_oi_change_3m_pct).toBeNaN();
    expect(stopped.call_oi_surge).toBeNaN();
    expect(stopped.oi_pressure_15m).toBeNaN();
  });

  it('are missing over horizons that the window does not hold', () => {
    const values = changes(41, 62, steady);
    expect(values.call_oi_change_15m_pct).toBeCloseTo((100 * 50) / 1150, 12);
    expect(values.call_oi_change_30m_pct).toBeNaN();
  });
});

describe('who presses', () => {
  it('is puts when they fall less than calls rise, all over', () => {
    // Three calls rise by 50 each, three puts fall by 200 each: (-600 - 150) / (600 + 150).
    expect(changes(2, 62, steady).oi_pressure_15m).toBe(-1);
    const putsRise = changes(2, 62, (leg, publication) => 1000 + (isCall(leg) ? 10 : 30) * publication);
    expect(putsRise.oi_pressure_15m).toBeCloseTo(0.5, 12);
  });

  it('counts legs for breadth, in both directions', () => {
    const values = changes(2, 62, (leg, publication) => {
      const sign = leg.strike < 26_000 ? -1 : Number(leg.strike > 26_000 || isCall(leg));
      return 5000 + sign * publication;
    });
    // Calls: one falls, two rise. Puts: one falls, one stays, one rises.
    expect(values.call_oi_breadth_15m).toBeCloseTo(1 / 3, 12);
    expect(values.put_oi_breadth_15m).toBe(0);
  });
});

describe('a surge', () => {
  it('is the newest change against the earlier changes of the same side, not against other strikes', () => {
    // Each call gains 10, 12, 14, 10, 12, 14 ... a publication, and 100 with number 20.
    const gained = [0];
    for (let i = 1; i <= 20; i += 1) gained.push(gained.at(-1)! + (i === 20 ? 100 : 10 + 2 * (i % 3)));
    const values = changes(
      2,
      62,
      (leg, publication) => 10_000 + (isCall(leg) ? gained[publication]! : publication),
    );
    // Three calls, three minutes: rates of 10, 12, 14 a minute; median 12, median distance 2.
    expect(values.call_oi_surge).toBeCloseTo((100 - 12) / (1.4826 * 2), 9);
    expect(values.put_oi_surge).toBeNaN();
  });

  it('needs five earlier changes', () => {
    const uneven = (_: Leg, publication: number) => 10_000 + publication ** 2;
    expect(changes(41, 62, uneven).call_oi_surge).not.toBeNaN();
    expect(changes(47, 62, uneven).call_oi_surge).toBeNaN();
  });
});
