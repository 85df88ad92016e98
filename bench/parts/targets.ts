/** Says figures beside their targets as they come, and remembers which were missed. */
export interface Targets {
  most(name: string, value: number, target: number, unit: string): void;
  least(name: string, value: number, target: number, unit: string): void;
  holds(name: string, isSo: boolean): void;
  /** A figure without a target. */
  note(line: string): void;
  /** `targets_met`, and the names of those that were missed. */
  met(): { readonly targets_met: boolean; readonly missed: readonly string[] };
}

export function targets(say: (line: string) => void): Targets {
  const missed: string[] = [];
  const judge = (name: string, isMet: boolean, line: string) => {
    if (!isMet) missed.push(name);
    say(`${isMet ? 'ok    ' : 'missed'} ${line}`);
  };
  const shown = (value: number) => String(Number(value.toPrecision(3)));
  return {
    most: (name, value, target, unit) =>
      judge(name, value <= target, `${name}: ${shown(value)} ${unit} (at most ${target})`),
    least: (name, value, target, unit) =>
      judge(name, value >= target, `${name}: ${shown(value)} ${unit} (at least ${target})`),
    holds: (name, isSo) => judge(name, isSo, name),
    note: (line) => say(`       ${line}`),
    met: () => ({ targets_met: missed.length === 0, missed }),
  };
}
