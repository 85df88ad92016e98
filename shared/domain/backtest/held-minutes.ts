/**
 * How many minutes (rising) lie in at least one of the positions: at or after its entry, before its exit. Positions are
 * in the order of their entries and may overlap. Example: minutes 1, 2, 3, 4 and one position from 2 to 4 give 2.
 */
export function heldMinutes(
  minutes: Int32Array,
  positions: readonly { readonly entry_minute: number; readonly exit_minute: number }[],
): number {
  let [held, row] = [0, 0];
  for (const { entry_minute, exit_minute } of positions) {
    while (row < minutes.length && minutes[row]! < entry_minute) row++;
    for (; row < minutes.length && minutes[row]! < exit_minute; row++) held++;
  }
  return held;
}
