import type { FunctionError } from './protocol.ts';

/** How Lambda reports what a handler threw: the error's name, message, and stack by lines. */
export function describeError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  const described = {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: (thrown.stack ?? '').split('\n'),
  };
  return thrown.cause instanceof Error ? { ...described, cause: describeError(thrown.cause) } : described;
}
