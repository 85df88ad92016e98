import { describe, expect, it } from 'vitest';
import { LABEL_CATALOGUE } from '../../../../shared/domain/labels/catalogue.ts';
import { LABEL_SET_ID } from '../../../../shared/domain/labels/label-day.ts';
import { PRODUCTION_TARGET } from '../../../../shared/domain/market/production-target.ts';
import {
  embargoMsOf,
  requireLabels,
  TARGET_NAMES,
  TARGETS,
  targetNamed,
} from '../../../../shared/domain/training/targets.ts';
import { RejectedInput } from '../../../../shared/errors.ts';

describe('the targets', () => {
  it('have the one in production first, and each name once', () => {
    expect(TARGET_NAMES[0]).toBe(PRODUCTION_TARGET);
    expect(new Set(TARGET_NAMES).size).toBe(TARGETS.length);
  });

  it.each(TARGETS)('$name looks as far ahead as the labels it is made of', (target) => {
    const { column, minutes } = target.source;
    const label = LABEL_CATALOGUE.find(({ name }) => name === column)!;
    expect(label.horizonMinutes).toBe(target.horizonMinutes);
    if (typeof minutes === 'number') expect(minutes).toBe(target.horizonMinutes);
    else expect(LABEL_CATALOGUE.find(({ name }) => name === minutes)!.unit).toBe('minutes');
    expect(target.name).toContain(String(target.horizonMinutes));
    expect(embargoMsOf(target)).toBe(target.horizonMinutes * 60_000);
  });

  it.each(TARGETS)('$name learns what its kind says', ({ kind, unit, source, learns }) => {
    expect(learns(Number.NaN)).toBeNaN();
    if (kind === 'classes') {
      expect([-1, 0, 1].map(learns)).toEqual([-1, 0, 1]);
      expect(unit).toBeNull();
      expect(LABEL_CATALOGUE.find(({ name }) => name === source.column)!.unit).toBe('-1, 0, 1');
    } else {
      expect([0.25, -0.25].map(learns)).toEqual([2_500, 2_500]);
      expect(unit).toContain('basis points');
      expect(LABEL_CATALOGUE.find(({ name }) => name === source.column)!.unit).toBe('frac');
    }
  });

  it('are listed to whoever asks for another one', () => {
    expect(targetNamed('dir5').horizonMinutes).toBe(5);
    expect(() => targetNamed('dir7')).toThrow(RejectedInput);
    expect(() => targetNamed('dir7')).toThrow(
      'expected one of tb15, tb15s, dir3, dir5, dir30, mag15, was dir7',
    );
  });
});

describe('requireLabels', () => {
  const knows = (labelSet: string) =>
    TARGETS.filter((target) => {
      try {
        requireLabels(target, labelSet, '2025-12-04');
        return true;
      } catch {
        return false;
      }
    }).map(({ name }) => name);

  it('finds every target in the present labels, fewer in those before, one in the imported ones', () => {
    expect(knows(LABEL_SET_ID)).toEqual(TARGET_NAMES);
    expect(knows('tracker-tb15-v1')).toEqual(['tb15', 'dir3', 'dir5', 'dir30', 'mag15']);
    expect(knows('tracker-legacy')).toEqual(['tb15']);
  });

  it('says what is missing and what to do', () => {
    expect(() => requireLabels(targetNamed('tb15s'), 'tracker-tb15-v1', '2025-12-04')).toThrow(
      'target: expected one that the labels of dataset 2025-12-04 (tracker-tb15-v1) have, was tb15s: they have no ' +
        'session_target, as chain-labels-v2 has; label the days again and build a new dataset',
    );
  });
});
