import { describe, expect, it } from 'vitest';
import { openSession } from '../../../../shared/adapters/onnx/open-session.ts';
import { InvariantViolated } from '../../../../shared/errors.ts';

describe('openSession', () => {
  it('says that bytes are no model', async () => {
    const opened = openSession(new TextEncoder().encode('no model'));
    await expect(opened).rejects.toThrow(InvariantViolated);
    await expect(opened).rejects.toThrow('ONNX Runtime: expected a readable model, was:');
  });
});
