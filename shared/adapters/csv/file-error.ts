import { RejectedInput } from '../../errors.ts';

/**
 * Says in words what the file system or zlib found wrong with a file; any other error stays as it is. `expected`
 * describes the file (`a recorded chain (.csv or .csv.gz)`), `plainName` the ending of one that is not compressed.
 */
export function fileError(path: string, expected: string, plainName: string, error: unknown): unknown {
  if (error instanceof RejectedInput || !(error instanceof Error)) return error;
  const problem = problemOf((error as NodeJS.ErrnoException).code, expected, plainName);
  return problem === undefined
    ? error
    : new RejectedInput(`${path}: ${problem}`, { field: 'file', cause: error });
}

function problemOf(code: string | undefined, expected: string, plainName: string): string | undefined {
  switch (code) {
    case 'ENOENT':
      return `expected ${expected}, was not found; check the path`;
    case 'EISDIR':
      return 'expected a file, was a folder; name the files in it';
    case 'EACCES':
      return 'expected a readable file, was not permitted; check its permissions';
    case 'Z_BUF_ERROR':
      return 'expected a whole gzip file, was cut off; fetch it again';
  }
  if (!code?.startsWith('Z_')) return undefined;
  return `expected gzip data as the name says, was something else; rename it to ${plainName} or compress it`;
}
