import { RejectedInput } from '../../shared/errors.ts';

/** @throws RejectedInput when the manifest speaks of a file that was not brought */
export function fileNamed(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes !== undefined) return bytes;
  const there = [...files.keys()].join(', ') || 'none';
  throw new RejectedInput(
    `${name}: expected beside the manifest, was absent (there: ${there}); put it there, or name it as it is`,
    { field: name },
  );
}
