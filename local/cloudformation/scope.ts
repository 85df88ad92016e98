import type { Stack } from './assembly.ts';
import type { CloudIdentity } from './identity.ts';
import { resolve, type Scope } from './intrinsics.ts';
import type { CreatedResource } from './resource.ts';

/** Values that one stack's references stand for; resources are added as they are created. */
export class StackScope implements Scope {
  readonly #stack: Stack;
  readonly #pseudo: Readonly<Record<string, string>>;
  readonly #exports: ReadonlyMap<string, unknown>;
  readonly #created = new Map<string, CreatedResource>();

  constructor(stack: Stack, identity: CloudIdentity, exports: ReadonlyMap<string, unknown>) {
    this.#stack = stack;
    this.#exports = exports;
    this.#pseudo = {
      'AWS::AccountId': identity.accountId,
      'AWS::Region': identity.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${identity.region}:${identity.accountId}:stack/${stack.name}/local`,
    };
  }

  add(logicalId: string, resource: CreatedResource): void {
    this.#created.set(logicalId, resource);
  }

  ref(name: string): unknown {
    const found = this.#pseudo[name] ?? this.#created.get(name)?.ref ?? this.#parameter(name);
    if (found === undefined) throw this.#unknown('a resource, parameter or pseudo parameter', name);
    return found;
  }

  attribute(logicalId: string, attribute: string): unknown {
    const found = this.#created.get(logicalId)?.attributes[attribute];
    if (found === undefined) {
      const type = this.#stack.template.Resources[logicalId]?.Type;
      throw this.#unknown('an attribute the local cloud knows', `${logicalId}.${attribute} (${type})`);
    }
    return found;
  }

  importValue(exportName: string): unknown {
    const found = this.#exports.get(exportName);
    if (found === undefined) throw this.#unknown('the export of an earlier stack', exportName);
    return found;
  }

  condition(name: string): boolean {
    const condition = this.#stack.template.Conditions[name];
    if (condition === undefined) throw this.#unknown('a condition of the template', name);
    return resolve(condition, this, `${this.#stack.name}.Conditions.${name}`) === true;
  }

  mapping(map: string, topLevelKey: string, secondLevelKey: string): unknown {
    const keys = [map, topLevelKey, secondLevelKey];
    const found = keys.reduce<unknown>((value, key) => Object(value)[key], this.#stack.template.Mappings);
    if (found === undefined) throw this.#unknown('a mapping of the template', keys.join('.'));
    return found;
  }

  #parameter(name: string): unknown {
    return this.#stack.template.Parameters[name]?.Default;
  }

  #unknown(expected: string, was: string): Error {
    return new Error(`${this.#stack.name}: expected ${expected}, was ${was}`);
  }
}
