import { expect } from 'vitest';
import type { Resource, Template } from './synthesise.ts';

export interface Found extends Resource {
  readonly stack: string;
  readonly id: string;
}

/** Questions about synthesised templates. */
export interface Deployed {
  /** Every resource of a type, over all stacks. */
  ofType(type: string): Found[];
  /** The function of functions/<stage>/<part>.handler.ts. */
  part(stage: string, name: string): Found;
  /** What that function's role allows: action -> resources. */
  allowed(stage: string, name: string): Map<string, string[]>;
}

export function readDeployed(templates: Readonly<Record<string, Template>>): Deployed {
  const ofType = (type: string): Found[] =>
    Object.entries(templates).flatMap(([stack, { Resources }]) =>
      Object.entries(Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([id, resource]) => ({ stack, id, ...resource })),
    );
  const part = (stage: string, name: string): Found => {
    const prefix = `${stage}${name}`.replace(/[^a-z0-9]/gi, '');
    const found = ofType('AWS::Lambda::Function').filter(({ id }) => id.startsWith(prefix));
    expect(found, `functions/${stage}/${name}`).toHaveLength(1);
    return found[0]!;
  };
  const allowed = (stage: string, name: string): Map<string, string[]> => {
    const role = flat(part(stage, name).Properties.Role).replace('.Arn', '');
    const policies = ofType('AWS::IAM::Policy').filter((one) =>
      one.Properties.Roles.map(flat).includes(role),
    );
    const actions = new Map<string, string[]>();
    for (const { Action, Resource: resources } of policies.flatMap(
      (one) => one.Properties.PolicyDocument.Statement,
    )) {
      for (const action of [Action].flat()) {
        actions.set(action, [...(actions.get(action) ?? []), ...[resources].flat().map(flat)]);
      }
    }
    return actions;
  };
  return { ofType, part, allowed };
}

/** Text with `Fn::Join` and references written out as `${LogicalId}`. */
export function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, ...rest } = value as Record<string, unknown>;
  if (Ref !== undefined) return `\${${Ref}}`;
  const [intrinsic, given] = Object.entries(rest)[0] ?? ['', ''];
  if (intrinsic === 'Fn::Join') return (given as [string, unknown[]])[1].map(flat).join('');
  return `\${${[given].flat().join('.')}}`;
}
