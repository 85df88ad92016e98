import jsonata from 'jsonata';
import { expressionIn } from '../expression/template.ts';
import { JSONPATH_FIELDS } from './fields.ts';

/** A definition that is refused; the message names the state and the field. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
}

export type Fields = Readonly<Record<string, unknown>>;

/** Ends the validation: `where` is the state (`state "Score"`), `expected` says what should have been there. */
export function refuse(where: string, expected: string, was: unknown): never {
  throw new InvalidDefinition(`${where}: expected ${expected}, was ${JSON.stringify(was) ?? 'missing'}`);
}

export function asFields(value: unknown, where: string, field: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  return refuse(where, `field "${field}" to be an object`, value);
}

export function asList(value: unknown, where: string, field: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  return refuse(where, `field "${field}" to be a list with at least one entry`, value);
}

export function asText(value: unknown, where: string, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  return refuse(where, `field "${field}" to be text`, value);
}

/** Refuses every field that is not in `allowed`, and says so when it is one of JSONPath mode. */
export function checkFields(fields: Fields, allowed: readonly string[], where: string): void {
  for (const field of Object.keys(fields)) {
    if (allowed.includes(field)) continue;
    if (JSONPATH_FIELDS.has(field)) {
      throw new InvalidDefinition(`${where}: expected JSONata mode only, was JSONPath field "${field}"`);
    }
    throw new InvalidDefinition(
      `${where}: expected one of ${allowed.join(', ')}, was unknown field "${field}"`,
    );
  }
}

/** A number within [least, most], or (when `mayBeExpression`) a JSONata expression that will give one. */
export function checkNumber(
  fields: Fields,
  field: string,
  where: string,
  { least = 0, most = 99_999_999, whole = true, mayBeExpression = false } = {},
): void {
  const value = fields[field];
  if (value === undefined) return;
  if (mayBeExpression && typeof value === 'string' && expressionIn(value) !== null) {
    checkTemplate(value, where, field);
    return;
  }
  const isFine = typeof value === 'number' && value >= least && value <= most;
  if (!isFine || (whole && !Number.isInteger(value))) {
    refuse(
      where,
      `field "${field}" to be ${whole ? 'a whole number' : 'a number'} within ${least}..${most}`,
      value,
    );
  }
}

/** Compiles every expression inside the template, so that a syntax error is found at creation. */
export function checkTemplate(template: unknown, where: string, field: string): void {
  if (typeof template === 'string') checkExpression(template, where, field);
  else if (Array.isArray(template)) {
    for (const [index, entry] of template.entries()) checkTemplate(entry, where, `${field}/${index}`);
  } else if (typeof template === 'object' && template !== null) {
    for (const [key, value] of Object.entries(template)) checkTemplate(value, where, `${field}/${key}`);
  }
}

function checkExpression(text: string, where: string, field: string): void {
  const expression = expressionIn(text);
  if (expression === null) {
    const isHalf = text.startsWith('{%') || text.endsWith('%}');
    if (isHalf) refuse(where, `field "${field}" to be wholly inside {% %} or plain text`, text);
    return;
  }
  try {
    jsonata(expression);
  } catch (error) {
    refuse(where, `field "${field}" to be valid JSONata (${(error as Error).message})`, text);
  }
}
