import { describe, expect, it } from 'vitest';
import { requireAlert } from '../../cli/demo/drift-day.ts';

const DRIFT = 'Warning: NSE: drift in 10 of 78 features';

describe('the scene of a changed market', () => {
  it('is well when the drift alert reached e-mail and Slack', () => {
    expect(() => requireAlert('2026-02-24', [DRIFT], 1)).not.toThrow();
  });

  it.each([
    ['nothing arrived', [], 0],
    ['only Slack heard', [], 2],
    ['only the e-mail arrived', [DRIFT], 0],
    ['the e-mails are about something else', ['Warning: BSE: scoring is slow'], 1],
  ])('fails when %s', (_, emails, slack) => {
    expect(() => requireAlert('2026-02-24', emails, slack)).toThrow(
      expect.objectContaining({ name: 'InvariantViolated', message: expect.stringContaining('2026-02-24') }),
    );
  });
});
