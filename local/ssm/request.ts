import type { JsonObject } from '../sqs/aws-json.ts';
import { ServiceError } from '../sqs/service-error.ts';
import { PARAMETER_TYPES, type ParameterInput, type ParameterType } from './parameter-store.ts';

const NAME = /^[A-Za-z0-9_.\-/]{1,1011}$/;
const MAXIMUM_NAMES = 10;
const MAXIMUM_PAGE = 10;
const MAXIMUM_VALUE_BYTES = 4096;

export function requiredName(input: JsonObject, member = 'Name'): string {
  const name = input[member];
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw invalid(`${member}: expected letters, digits and _ . - /, was ${JSON.stringify(name)}`);
}

export function requiredNames(input: JsonObject): readonly string[] {
  const names = input['Names'];
  if (!Array.isArray(names) || names.length < 1 || names.length > MAXIMUM_NAMES) {
    throw invalid(
      `Names: expected a list of 1 to ${MAXIMUM_NAMES}, was ${JSON.stringify(names)?.slice(0, 80)}`,
    );
  }
  return names.map((name) => requiredName({ Name: name }));
}

export function flag(input: JsonObject, member: string): boolean {
  const value = input[member] ?? false;
  if (typeof value === 'boolean') return value;
  throw invalid(`${member}: expected true or false, was ${JSON.stringify(value)}`);
}

export function pageSize(input: JsonObject): number {
  if (input['ParameterFilters'] !== undefined) throw invalid('ParameterFilters are not supported locally');
  const size = input['MaxResults'] ?? MAXIMUM_PAGE;
  if (Number.isInteger(size) && (size as number) >= 1 && (size as number) <= MAXIMUM_PAGE)
    return size as number;
  throw invalid(`MaxResults: expected an integer from 1 to ${MAXIMUM_PAGE}, was ${JSON.stringify(size)}`);
}

export function parameterInput(input: JsonObject): ParameterInput {
  const { Value: value, Type: type = 'String', Description: description } = input;
  if (typeof value !== 'string' || value === '')
    throw invalid('Value: expected a non-empty string, was none');
  const bytes = Buffer.byteLength(value);
  if (bytes > MAXIMUM_VALUE_BYTES) {
    throw invalid(`Value: expected at most ${MAXIMUM_VALUE_BYTES} bytes (standard tier), was ${bytes}`);
  }
  if (!PARAMETER_TYPES.includes(type as ParameterType)) {
    throw invalid(`Type: expected one of ${PARAMETER_TYPES.join(', ')}, was ${JSON.stringify(type)}`);
  }
  return {
    name: requiredName(input),
    value,
    type: type as ParameterType,
    ...(typeof description === 'string' ? { description } : {}),
  };
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
