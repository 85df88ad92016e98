/**
 * Gives an ELF library back the name its users ask for.
 *
 * Wheels rename the libraries they bundle (`libgomp-e985bcbb.so.1.0.0`). The loader matches an already
 * loaded library by that inner name, so without this step lib_lightgbm.so would look for another
 * libgomp.so.1 on the machine. The new name is shorter, so it fits where the old one stands.
 *
 * @param library - the whole file; a changed copy is returned
 * @throws Error when the old name is not in the file, or the new one is longer
 * @example renameLibrary(bytes, 'libgomp-e985bcbb.so.1.0.0', 'libgomp.so.1')
 */
export function renameLibrary(library: Uint8Array, from: string, to: string): Uint8Array {
  const copy = Buffer.from(library);
  const at = copy.lastIndexOf(`${from}\0`);
  if (at < 0) throw new Error(`library: expected the name ${from} inside, was absent`);
  if (to.length > from.length) throw new Error(`name: expected at most ${from.length} letters, was ${to}`);
  copy.fill(0, at, at + from.length);
  copy.write(to, at, 'latin1');
  return copy;
}
