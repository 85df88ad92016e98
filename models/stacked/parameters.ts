import { RejectedInput } from '../../shared/errors.ts';
import type { ModelFamily, ModelParameters, ParameterRange } from '../../shared/ports/model-family.ts';

/** The members' own parameters with the member's name before a dot: `lightgbm.num_leaves`. */
export function stackSpace(members: readonly ModelFamily[]): ParameterRange[] {
  return members.flatMap(({ name, searchSpace }) =>
    searchSpace.map((range) => ({ ...range, name: `${name}.${range.name}` })),
  );
}

/**
 * Each member's parameters, by its own names.
 *
 * @throws RejectedInput for a parameter of no member
 * @example parametersByMember([lightgbm, linear], { 'linear.l2': 1 }) // [{}, { l2: 1 }]
 */
export function parametersByMember(
  members: readonly Pick<ModelFamily, 'name'>[],
  parameters: ModelParameters,
): ModelParameters[] {
  const own = members.map((): Record<string, number | string | boolean> => ({}));
  for (const [name, value] of Object.entries(parameters)) {
    const at = members.findIndex((member) => name.startsWith(`${member.name}.`));
    if (at < 0) {
      const known = members.map((member) => `${member.name}.<parameter>`).join(' or ');
      throw new RejectedInput(`${name}: expected ${known}, was ${name}`, { field: name });
    }
    (own[at] as Record<string, number | string | boolean>)[name.slice(name.indexOf('.') + 1)] = value;
  }
  return own;
}
