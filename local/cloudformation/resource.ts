import * as z from 'zod';
import { physicalName } from './physical-name.ts';

/** Where a resource stands in the templates. */
export interface ResourceAddress {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
}

/** What other resources may know of a created one: the values of `Ref` and of `Fn::GetAtt`. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Creates resources of some types; one file each below resources/. */
export interface ResourceHandler {
  readonly types: readonly string[];
  create(properties: Readonly<Record<string, unknown>>, address: ResourceAddress): Promise<CreatedResource>;
}

interface ResourceDefinition<Shape extends z.ZodRawShape> {
  readonly types: readonly string[];
  /** Properties that have their effect here. */
  readonly honoured: Shape;
  /** Properties that may stand in a template without effect here: name -> reason. */
  readonly ignored?: Readonly<Record<string, string>>;
  create(
    properties: z.infer<z.ZodObject<Shape>>,
    address: ResourceAddress,
  ): CreatedResource | Promise<CreatedResource>;
}

/**
 * A handler that checks properties first: one that is neither honoured nor ignored with a reason is an error
 * naming resource, type and property.
 */
export function resourceHandler<Shape extends z.ZodRawShape>(
  definition: ResourceDefinition<Shape>,
): ResourceHandler {
  const schema = z.strictObject(definition.honoured);
  const isIgnored = (name: string) => Object.hasOwn(definition.ignored ?? {}, name);
  return {
    types: definition.types,
    async create(properties, address) {
      const given = Object.entries(properties).filter(([name]) => !isIgnored(name));
      const parsed = schema.safeParse(Object.fromEntries(given));
      if (!parsed.success) throw new Error(describeProblem(address, parsed.error));
      return definition.create(parsed.data, address);
    },
  };
}

function describeProblem(address: ResourceAddress, error: z.ZodError): string {
  const where = `${address.stack}.${address.logicalId} (${address.type})`;
  return `${where}: expected only properties the local cloud honours, was:\n${z.prettifyError(error)}`;
}

/** The name a template gives, or the one made from stack and logical id. */
export function nameOf(given: string | undefined, address: ResourceAddress, maximumLength: number): string {
  return given ?? physicalName(address.stack, address.logicalId, maximumLength);
}
