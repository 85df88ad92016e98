import { CommanderError } from 'commander';

/** Exit codes: 1 something failed, 2 the caller asked for something wrong. */
const CALLER_ERRORS = new Set(['RejectedInput', 'NotFound']);

/** What shows records trusts the environment's answers: one of an earlier version may lack what this one shows. */
const FROM_EARLIER =
  'oi: if the environment was made by an earlier version, start its cloud again (./oi stop, ./oi start); where that ' +
  'does not help, its records lack what this version shows: ./oi reset --env NAME --yes begins anew';

/**
 * Says what went wrong, in words (or as JSON), without a stack unless nobody expected it. Wrong usage was already told
 * in words by the parser. @returns the exit code.
 */
export function failure(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return usage(error, json);
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const expected = ['RejectedInput', 'NotFound', 'Conflict', 'Temporary'].includes(name);
  const remedy = error instanceof TypeError ? { remedy: FROM_EARLIER.slice('oi: '.length) } : {};
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: name, message, ...remedy })}\n`);
  process.stderr.write(`oi: ${expected ? message : (stack ?? message)}\n`);
  if (error instanceof TypeError) process.stderr.write(`${FROM_EARLIER}\n`);
  return CALLER_ERRORS.has(name) ? 2 : 1;
}

/** Help and version are no failures; the help shown for want of a command is one, and the parser names it in no words. */
function usage({ exitCode, code, message: told }: CommanderError, json: boolean): number {
  if (exitCode === 0) return 0;
  const message = code === 'commander.help' ? 'expected a command, was none; ./oi --help lists them' : told;
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: 'RejectedInput', message })}\n`);
  return 2;
}
