import { describe, expect, it } from 'vitest';
import { labelDay } from '../../../../shared/domain/labels/label-day.ts';
import { HORIZONS, LABEL_COLUMNS } from '../../../../shared/domain/labels/label-row.ts';
import { MINUTE_MS } from '../../../../shared/domain/market/indian-time.ts';
import { LABEL_DATE, labelInputs, nseRules, SESSION_MINUTES } from '../../../factories/label-day.ts';

const rules = nseRules();

describe('labelDay', () => {
  it('answers every row, in order, with every column', () => {
    const rows = labelInputs();
    const labels = labelDay(rows, rules);
    expect(labels.map((label) => label.uid)).toEqual(rows.map((row) => row.uid));
    expect(labels[0]!.timestamp).toBe(new Date(rows[0]!.timestampMs).toISOString());
    for (const label of labels) expect(Object.keys(label)).toEqual(['uid', 'timestamp', ...LABEL_COLUMNS]);
  });

  it('has every label at a row in the middle of a whole session', () => {
    const label = labelDay(labelInputs(), rules)[200]!;
    for (const name of LABEL_COLUMNS) expect(label[name], name).not.toBeNull();
  });

  it('labels nothing across the close, even when rows go on', () => {
    for (const label of labelDay(labelInputs({ minutes: SESSION_MINUTES + 20 }), rules)) {
      const minute = Number(label.uid.slice(4));
      for (const horizon of HORIZONS) {
        const isBeyond = minute + horizon > SESSION_MINUTES - 1;
        for (const name of LABEL_COLUMNS.filter((column) => column.endsWith(`_${horizon}`))) {
          expect(label[name] === null, `${label.uid} ${name}`).toBe(isBeyond);
        }
      }
      if (minute > SESSION_MINUTES - 1 - 15)
        expect([label.target, label.session_target]).toEqual([null, null]);
    }
  });

  it('gives returns and directions that agree, and a straddle that is its two legs', () => {
    for (const label of labelDay(labelInputs(), rules)) {
      for (const horizon of HORIZONS) {
        const value = label[`return_${horizon}`];
        expect(label[`direction_${horizon}`]).toBe(value === null ? null : Math.sign(value));
        const [call, put] = [label[`call_pnl_${horizon}`], label[`put_pnl_${horizon}`]];
        const both = call === null || put === null ? null : call + put;
        expect(label[`straddle_pnl_${horizon}`]).toBe(both);
      }
    }
  });

  it('weighs every target by its uniqueness and nothing else', () => {
    const labels = labelDay(labelInputs(), rules);
    for (const { target, uniqueness, session_target, session_uniqueness } of labels) {
      expect([uniqueness === null, session_uniqueness === null]).toEqual([
        target === null,
        session_target === null,
      ]);
      expect(uniqueness ?? 1).toBeGreaterThan(0);
      expect(session_uniqueness ?? 1).toBeLessThanOrEqual(1);
    }
  });

  it('of no rows is empty', () => {
    expect(labelDay([], rules)).toEqual([]);
  });

  it('of a day without a session is all null', () => {
    const sunday = labelInputs({ date: '2025-12-07', minutes: 100 });
    for (const label of labelDay(sunday, rules)) {
      for (const name of LABEL_COLUMNS) expect(label[name], name).toBeNull();
    }
  });

  it('leaves rows before the open without labels and out of those of others', () => {
    const rows = labelInputs({ minutes: 120 });
    const early = {
      ...rows[0]!,
      uid: 'early',
      timestampMs: rows[0]!.timestampMs - 2 * MINUTE_MS,
      underlyingPrice: 1,
    };
    const [first, ...rest] = labelDay([early, ...rows], rules);
    for (const name of LABEL_COLUMNS) expect(first![name], name).toBeNull();
    expect(rest).toEqual(labelDay(rows, rules));
  });

  it(`labels a whole day of ${LABEL_DATE} without depending on the order of legs`, () => {
    const rows = labelInputs({ minutes: 120 });
    const reversed = rows.map((row) => ({ ...row, legs: row.legs.toReversed() }));
    expect(labelDay(reversed, rules)).toEqual(labelDay(rows, rules));
  });
});
