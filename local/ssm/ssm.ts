import type { LocalClock } from '../clock.ts';
import type { LocalService } from '../service.ts';
import { answerJson, type JsonObject, type Operation } from '../sqs/aws-json.ts';
import { type Parameter, type ParameterInput, ParameterStore } from './parameter-store.ts';
import { flag, pageSize, parameterInput, requiredName, requiredNames } from './request.ts';

export interface SsmOptions {
  /** Folder of the parameters' state; made when missing. */
  readonly directory: string;
  readonly clock: LocalClock;
  readonly accountId: string;
  readonly region: string;
}

export interface SsmService extends LocalService {
  /** Writes a parameter as a template does: made, or replaced when its value or type differs. */
  putParameter(input: ParameterInput): Parameter;
  /** Undefined when there is none. */
  parameter(name: string): Parameter | undefined;
}

/** The embedded Parameter Store. SecureString values are kept as they are: this machine is the trust boundary. */
export function createSsm(options: SsmOptions): SsmService {
  const store = new ParameterStore(options);
  const operations = new Map<string, Operation>([
    ['GetParameter', (input) => ({ Parameter: store.require(requiredName(input)) })],
    ['GetParameters', (input) => getMany(store, requiredNames(input))],
    ['GetParametersByPath', (input) => getByPath(store, input)],
    ['PutParameter', (input) => putParameter(store, input)],
    ['DeleteParameter', (input) => store.delete(requiredName(input))],
  ]);
  return {
    putParameter: (input) => {
      const existing = store.find(input.name);
      const same = existing?.Value === input.value && existing.Type === input.type;
      return same ? existing : store.put(input, true);
    },
    parameter: (name) => store.find(name),
    handle: (request) => answerJson(request, { target: 'AmazonSSM', version: '1.1', operations }),
    close: async () => store.close(),
  };
}

function getMany(store: ParameterStore, names: readonly string[]): JsonObject {
  const found = names.map((name) => ({ name, parameter: store.find(name) }));
  return {
    Parameters: found.flatMap(({ parameter }) => (parameter === undefined ? [] : [parameter])),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter === undefined ? [name] : [])),
  };
}

function getByPath(store: ParameterStore, input: JsonObject): JsonObject {
  const size = pageSize(input);
  const after = typeof input['NextToken'] === 'string' ? input['NextToken'] : '';
  const found = store.below(requiredName(input, 'Path'), flag(input, 'Recursive'), after, size + 1);
  const page = found.slice(0, size);
  return { Parameters: page, ...(found.length > size ? { NextToken: page.at(-1)?.Name } : {}) };
}

function putParameter(store: ParameterStore, input: JsonObject): JsonObject {
  const { Version } = store.put(parameterInput(input), flag(input, 'Overwrite'));
  return { Version, Tier: 'Standard' };
}
