/** A number with its noun. Example: `counted(1, 'rule')` is `1 rule`, `counted(0, 'rule')` is `0 rules`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
