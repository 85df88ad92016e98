import { INERT_TYPES } from '../inert.ts';
import { arn } from './arn.ts';
import type { Stack } from './assembly.ts';
import type { CloudIdentity } from './identity.ts';
import { resolve } from './intrinsics.ts';
import { inDependencyOrder } from './order.ts';
import { physicalName } from './physical-name.ts';
import { referencesOf } from './references.ts';
import type { CreatedResource, ResourceAddress, ResourceHandler } from './resource.ts';
import { StackScope } from './scope.ts';
import type { TemplateResource } from './template.ts';

/** What stands after a deployment. */
export interface Deployment {
  /** Stack name -> output name -> value. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly resources: readonly (ResourceAddress & { readonly ref: string })[];
}

/**
 * Creates every resource of `stacks` in dependency order. What cannot be run (unknown type, intrinsic or
 * property) is an error that names it; nothing is left out in silence.
 */
export async function deploy(
  stacks: readonly Stack[],
  handlers: readonly ResourceHandler[],
  identity: CloudIdentity,
): Promise<Deployment> {
  const byType = new Map(
    handlers.flatMap((handler) => handler.types.map((type) => [type, handler] as const)),
  );
  refuseUnknownTypes(stacks, byType);
  const exports = new Map<string, unknown>();
  const outputs: Record<string, Record<string, string>> = {};
  const resources: (ResourceAddress & { ref: string })[] = [];
  for (const stack of stacks) {
    const scope = new StackScope(stack, identity, exports);
    for (const [logicalId, resource] of inCreationOrder(stack, scope)) {
      const address = { stack: stack.name, logicalId, type: resource.Type };
      const created = await create(resource, address, scope, byType.get(resource.Type), identity);
      scope.add(logicalId, created);
      resources.push({ ...address, ref: created.ref });
    }
    outputs[stack.name] = readOutputs(stack, scope, exports);
  }
  return { outputs, resources };
}

function refuseUnknownTypes(stacks: readonly Stack[], byType: ReadonlyMap<string, ResourceHandler>): void {
  const unknown = stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources)
      .filter(([, { Type }]) => !byType.has(Type) && !(Type in INERT_TYPES))
      .map(([logicalId, { Type }]) => `${stack.name}.${logicalId} (${Type})`),
  );
  if (unknown.length > 0) {
    throw new Error(
      `expected resource types the local cloud runs or lists in local/inert.ts, was ${unknown.join(', ')}`,
    );
  }
}

function inCreationOrder(stack: Stack, scope: StackScope): [string, TemplateResource][] {
  const { Resources } = stack.template;
  const wanted = Object.entries(Resources).filter(
    ([, { Condition }]) => Condition === undefined || scope.condition(Condition),
  );
  const byId = new Map(wanted);
  const ids = inDependencyOrder([...byId.keys()], (id) => {
    const resource = byId.get(id);
    return resource === undefined ? [] : referencesOf(resource).filter((other) => byId.has(other));
  });
  return ids.flatMap((id) => {
    const resource = byId.get(id);
    return resource === undefined ? [] : [[id, resource] as [string, TemplateResource]];
  });
}

async function create(
  resource: TemplateResource,
  address: ResourceAddress,
  scope: StackScope,
  handler: ResourceHandler | undefined,
  identity: CloudIdentity,
): Promise<CreatedResource> {
  if (handler === undefined) return inert(address, identity);
  const where = `${address.stack}.${address.logicalId}`;
  const properties = resolve(resource.Properties, scope, where) as Record<string, unknown>;
  try {
    return await handler.create(properties, address);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(message.startsWith(where) ? message : `${where} (${address.type}): ${message}`, {
      cause,
    });
  }
}

function inert(address: ResourceAddress, identity: CloudIdentity): CreatedResource {
  const name = physicalName(address.stack, address.logicalId, 64);
  const service = address.type.split('::')[1]?.toLowerCase() ?? 'custom';
  return { ref: name, attributes: { Arn: arn(identity, service, name) } };
}

function readOutputs(stack: Stack, scope: StackScope, exports: Map<string, unknown>): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, output] of Object.entries(stack.template.Outputs)) {
    if (output.Condition !== undefined && !scope.condition(output.Condition)) continue;
    const value = resolve(output.Value, scope, `${stack.name}.Outputs.${name}`);
    if (!isMadeByCdk(name)) outputs[name] = typeof value === 'string' ? value : JSON.stringify(value);
    if (output.Export === undefined) continue;
    exports.set(String(resolve(output.Export.Name, scope, `${stack.name}.Outputs.${name}`)), value);
  }
  return outputs;
}

/** Outputs that the CDK makes for references between stacks: nobody asks for them by name. */
function isMadeByCdk(outputName: string): boolean {
  return outputName.startsWith('ExportsOutput');
}
