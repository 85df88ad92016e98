import type { JsonObject } from './aws-json.ts';
import { ServiceError } from './service-error.ts';

/** The string at `name`; MissingParameter when it is absent or empty. */
export function requiredString(input: JsonObject, name: string): string {
  const value = input[name];
  if (value === undefined || value === null || value === '') {
    throw new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);
  }
  if (typeof value !== 'string') throw invalid(name, 'a string', value);
  return value;
}

/** The string at `name`, or undefined when it is absent. */
export function optionalString(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(name, 'a string', value);
  return value;
}

/** The integer at `name` within [min, max], or undefined when it is absent. */
export function optionalInteger(
  input: JsonObject,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw invalid(name, `an integer from ${min} to ${max}`, value);
  }
  return value as number;
}

/** The strings listed at any of `names`; empty when all are absent. */
export function stringList(input: JsonObject, ...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const value = input[name] ?? [];
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw invalid(name, 'a list of strings', value);
    }
    return value as string[];
  });
}

/** The objects listed at `name`; MissingParameter when it is absent. */
export function objectList(input: JsonObject, name: string): readonly JsonObject[] {
  const value = input[name];
  if (value === undefined || value === null) {
    throw new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);
  }
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw invalid(name, 'a list of objects', value);
  }
  return value as JsonObject[];
}

/** The object of objects at `name`; empty when it is absent. */
export function optionalObjects(input: JsonObject, name: string): Readonly<Record<string, JsonObject>> {
  const value = input[name] ?? {};
  if (!isObject(value) || !Object.values(value).every(isObject))
    throw invalid(name, 'an object of objects', value);
  return value as Record<string, JsonObject>;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(name: string, expected: string, value: unknown): ServiceError {
  const was = JSON.stringify(value)?.slice(0, 80);
  return new ServiceError('InvalidParameterValue', `${name}: expected ${expected}, was ${was}`);
}
