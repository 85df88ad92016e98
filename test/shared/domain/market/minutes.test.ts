import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMinutes } from '../../../../shared/domain/market/minutes.ts';

let next = 0;
function row(time: string, receivedAt = time, id = `id-${next++}`, recordedAt = receivedAt) {
  const at = (clock: string) => `2025-12-04T${clock}Z`;
  return { snapshot_id: id, timestamp: at(time), received_at: at(receivedAt), recorded_at: at(recordedAt) };
}

describe('planMinutes', () => {
  it('of two rows with one timestamp counts the first recorded and keeps the other as revised', () => {
    const late = row('07:05:00', '07:05:09');
    const early = row('07:05:00', '07:05:02');
    const plan = planMinutes([late, early]);
    expect(plan.counted).toEqual([early]);
    expect(plan.revised).toEqual([late]);
    expect(plan.lastOfMinute).toEqual([early]);
  });

  it('counts what was there before what is posted later, whatever receipt that states', () => {
    const served = row('07:05:00', '07:05:02');
    const other = row('07:05:00', '07:05:00', undefined, '08:00:00');
    expect(planMinutes([other, served])).toMatchObject({ counted: [served], revised: [other] });
    const again = row('07:05:00', '07:05:00', served.snapshot_id, '08:00:00');
    expect(planMinutes([again, served])).toMatchObject({ counted: [served], duplicates: [again] });
  });

  it('drops the same snapshot posted again', () => {
    const once = row('07:05:00', '07:05:01', 'same');
    const again = row('07:05:00', '07:06:00', 'same');
    expect(planMinutes([again, once])).toEqual({
      counted: [once],
      revised: [],
      duplicates: [again],
      lastOfMinute: [once],
    });
  });

  it("uses each minute's last row", () => {
    const rows = [row('07:05:00'), row('07:05:30'), row('07:05:59'), row('07:06:00')];
    expect(planMinutes(rows).lastOfMinute).toEqual([rows[2], rows[3]]);
  });

  it("uses a minute's last live row before what a backfill adds to it", () => {
    const backfill = (time: string) => row(time, time, undefined, '08:00:00');
    const [early, late] = [row('07:05:00', '07:05:01'), row('07:05:30', '07:05:31')];
    const after = backfill('07:05:40');
    const plan = planMinutes([after, early, late]);
    expect(plan).toMatchObject({ counted: [early, late, after], lastOfMinute: [late] });
    expect(planMinutes([backfill('07:05:20'), after]).lastOfMinute).toEqual([after]);
    expect(planMinutes([backfill('07:05:20'), late]).lastOfMinute).toEqual([late]);
  });

  it('breaks a tie of record time by receipt, then by id', () => {
    const b = row('07:05:00', '07:05:01', 'b', '07:05:02');
    const a = row('07:05:00', '07:05:01', 'a', '07:05:02');
    const first = row('07:05:00', '07:05:00', 'z', '07:05:02');
    expect(planMinutes([b, a, first])).toMatchObject({ counted: [first], revised: [a, b] });
  });

  it('counts what was rebuilt from a sparse export only where nothing was recorded', () => {
    const sparse = (time: string) => ({ ...row(time), origin: 'imported_sparse' as const });
    const [early, late] = [sparse('07:05:00'), sparse('07:05:40')];
    expect(planMinutes([late, early])).toMatchObject({ counted: [early, late], lastOfMinute: [late] });
    const recorded = row('07:05:00', '07:05:09');
    const plan = planMinutes([early, late, recorded]);
    expect(plan).toMatchObject({ counted: [recorded], revised: [early, late], lastOfMinute: [recorded] });
  });

  it('gives the same plan in whatever order rows arrive, and puts each row in exactly one list', () => {
    const second = fc.integer({ min: 0, max: 180 });
    const someRows = fc.array(
      fc.tuple(second, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 5 })),
    );
    const clock = (s: number) => new Date(s * 1000).toISOString().slice(11, 19);
    fc.assert(
      fc.property(someRows, fc.infiniteStream(fc.nat()), (drawn, order) => {
        const rows = drawn.map(([s, wait, id]) => row(clock(s), clock(s + wait), `${s}-${id}`));
        const keys = new Map(rows.map((r) => [r, order.next().value as number]));
        const shuffled = rows.toSorted((a, b) => keys.get(a)! - keys.get(b)!);
        const plan = planMinutes(rows);
        expect(planMinutes(shuffled)).toEqual(plan);
        expect(plan.counted.length + plan.revised.length + plan.duplicates.length).toBe(rows.length);
        const times = plan.counted.map((r) => r.timestamp);
        expect(times).toEqual([...new Set(times)].sort());
        const minutes = new Set(rows.map((r) => r.timestamp.slice(0, 16)));
        expect(plan.lastOfMinute).toHaveLength(minutes.size);
      }),
    );
  });
});
