import { describe, expect, it } from 'vitest';
import { inShort, type Unseen } from '../../../../../shared/domain/training/report/in-short.ts';

const unseen = (changes: Partial<Unseen> = {}): Unseen => ({
  metrics: { log_loss: 0.95, base_log_loss: 1, auc_direction: 0.6789 },
  position: [1, -1, 0, 1],
  forward_return: [0.001, -0.0005, 0.01, null],
  ...changes,
});

describe('a report in short', () => {
  it('says how good probabilities, direction and positions were', () => {
    expect(inShort(unseen(), null, 0.0001)).toBe(
      'Out of fold its probabilities are 5.0 % better than the base rates. ' +
        'Where the price moved, it told up from down with an area of 0.68; 0.5 is chance. ' +
        'Every signal acted on brought +6.5 basis points a trade over 2 trades after costs; the gate holds fewer at once.',
    );
  });

  it('says the same of the sessions kept back', () => {
    const heldOut = unseen({
      metrics: { log_loss: 1.1, base_log_loss: 1, auc_direction: 0.5 },
      position: [-1, 0, 0, 0],
    });
    const text = inShort(unseen(), heldOut, 0.0001);
    expect(text).toContain('5.0 % better (in the sessions kept back 10.0 % worse) than the base rates');
    expect(text).toContain('an area of 0.68 (in the sessions kept back 0.50)');
    expect(text).toContain('(in the sessions kept back -11.0 basis points a trade over 1 trade) after costs');
  });

  it('says what is missing', () => {
    const silent = unseen({
      metrics: { log_loss: 1, base_log_loss: 1, auc_direction: null },
      position: [0, 0, 0, 1],
    });
    const text = inShort(silent, null, 0.0001);
    expect(text).toContain('0.0 % better');
    expect(text).toContain('an area of unknown size, as one direction is missing; 0.5 is chance');
    expect(text).toContain('Every signal acted on brought no trade after costs');
  });
});
