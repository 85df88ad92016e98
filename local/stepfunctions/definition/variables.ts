import { asFields, checkTemplate, refuse } from './check.ts';
import type { Block, State } from './types.ts';

const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

export function checkAssign(value: unknown, where: string): void {
  if (value === undefined) return;
  for (const [name, template] of Object.entries(asFields(value, where, 'Assign'))) {
    if (!VARIABLE_NAME.test(name) || name === 'states') {
      refuse(
        where,
        'field "Assign" to have variable names of letters, digits and _, other than "states"',
        name,
      );
    }
    checkTemplate(template, where, `Assign/${name}`);
  }
}

/** Refuses an inner block (Map, Parallel) that assigns a variable of a block around it, as Step Functions does. */
export function checkVariables(block: Block, outer: ReadonlySet<string> = new Set()): void {
  const own = new Set<string>();
  for (const [name, state] of Object.entries(block.States)) {
    for (const variable of assignedIn(state)) {
      if (outer.has(variable)) {
        refuse(`state "${name}"`, 'field "Assign" to leave variables of the outer scope alone', variable);
      }
      own.add(variable);
    }
  }
  const visible = new Set([...outer, ...own]);
  for (const state of Object.values(block.States)) {
    for (const inner of innerBlocks(state)) checkVariables(inner, visible);
  }
}

function innerBlocks(state: State): readonly Block[] {
  if (state.Type === 'Map') return [state.ItemProcessor];
  return state.Type === 'Parallel' ? state.Branches : [];
}

function assignedIn(state: State): string[] {
  const parts: ReadonlyArray<{ readonly Assign?: object }> = [
    'Assign' in state ? state : {},
    ...(state.Type === 'Choice' ? state.Choices : []),
    ...('Catch' in state ? (state.Catch ?? []) : []),
  ];
  return parts.flatMap((part) => Object.keys(part.Assign ?? {}));
}
