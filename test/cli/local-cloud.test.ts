import { expect, it } from 'vitest';
import { requireLinux } from '../../cli/local-cloud.ts';

it.each(['win32', 'darwin'])('says on %s where the local cloud runs instead', (platform) => {
  expect(() => requireLinux(platform)).toThrow(
    expect.objectContaining({
      name: 'RejectedInput',
      message: expect.stringMatching(`was ${platform}; run it in WSL`),
    }),
  );
  expect(() => requireLinux('linux')).not.toThrow();
});
