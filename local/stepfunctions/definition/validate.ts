import {
  asFields,
  asList,
  asText,
  checkFields,
  checkNumber,
  checkTemplate,
  type Fields,
  InvalidDefinition,
  refuse,
} from './check.ts';
import { checkCatchers, checkRetriers } from './error-handling.ts';
import { BRANCH_FIELDS, MACHINE_FIELDS, PROCESSOR_FIELDS, RULE_FIELDS, STATE_FIELDS } from './fields.ts';
import { knownResources, parseResource } from './resources.ts';
import type { Machine } from './types.ts';
import { checkAssign, checkVariables } from './variables.ts';

/** What holds for all blocks of one machine. */
interface Validation {
  readonly names: Set<string>;
  /** JSONata is the machine's query language, so that a state need not say so. */
  readonly isJsonata: boolean;
}

/**
 * Reads the text of a definition. Refuses, with an `InvalidDefinition` that names the state and field: JSONPath
 * mode, unknown fields, types and resources, transitions to nowhere, expressions that do not compile.
 */
export function parseDefinition(text: string): Machine {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new InvalidDefinition(`definition: expected JSON, was ${(error as Error).message}`);
  }
  const machine = asFields(parsed, 'definition', 'definition');
  checkFields(machine, MACHINE_FIELDS, 'definition');
  checkNumber(machine, 'TimeoutSeconds', 'definition', { least: 1 });
  const language = machine['QueryLanguage'];
  if (language !== undefined && language !== 'JSONata') {
    refuse('definition', 'field "QueryLanguage" to be "JSONata"', language);
  }
  checkBlock(machine, 'definition', { names: new Set(), isJsonata: language === 'JSONata' });
  checkVariables(parsed as Machine);
  return parsed as Machine;
}

function checkBlock(block: Fields, where: string, validation: Validation): void {
  const states = asFields(block['States'], where, 'States');
  const startAt = asText(block['StartAt'], where, 'StartAt');
  if (!Object.hasOwn(states, startAt)) refuse(where, `field "StartAt" to name a state of its own`, startAt);
  const targets = new Set([startAt]);
  for (const [name, value] of Object.entries(states)) {
    const here = `state "${name}"`;
    if (name.length > 80) refuse(here, 'a name of at most 80 characters', name.length);
    if (validation.names.has(name)) refuse(here, 'a name that is used once in the machine', 'used twice');
    validation.names.add(name);
    checkState(asFields(value, where, name), here, validation);
    for (const target of targetsOf(value as Fields)) {
      if (!Object.hasOwn(states, target))
        refuse(here, 'field "Next" to name a state of the same block', target);
      targets.add(target);
    }
  }
  const lost = Object.keys(states).find((name) => !targets.has(name));
  if (lost !== undefined) refuse(`state "${lost}"`, 'a transition that leads to it', 'none');
}

function targetsOf(state: Fields): string[] {
  const parts = [state, ...((state['Choices'] as Fields[]) ?? []), ...((state['Catch'] as Fields[]) ?? [])];
  return parts
    .flatMap((part) => [part['Next'], part['Default']])
    .filter((next) => next !== undefined) as string[];
}

function checkState(state: Fields, where: string, validation: Validation): void {
  const type = asText(state['Type'], where, 'Type');
  const allowed = STATE_FIELDS[type];
  if (allowed === undefined) refuse(where, `field "Type" of ${Object.keys(STATE_FIELDS).join(', ')}`, type);
  checkFields(state, allowed, where);
  const language = state['QueryLanguage'] ?? (validation.isJsonata ? 'JSONata' : 'JSONPath');
  if (language !== 'JSONata') refuse(where, 'field "QueryLanguage" to be "JSONata"', language);
  for (const field of ['Output', 'Arguments', 'Items', 'ItemSelector', 'Error', 'Cause', 'Timestamp']) {
    checkTemplate(state[field], where, field);
  }
  checkAssign(state['Assign'], where);
  if (allowed.includes('Next')) checkFlow(state, where);
  if (state['Retry'] !== undefined) checkRetriers(asList(state['Retry'], where, 'Retry'), where);
  if (state['Catch'] !== undefined) checkCatchers(asList(state['Catch'], where, 'Catch'), where);
  CHECKS[type]?.(state, where, validation);
}

function checkFlow(state: Fields, where: string): void {
  const hasNext = typeof state['Next'] === 'string';
  const isEnd = state['End'] === true;
  if (hasNext === isEnd)
    refuse(where, 'either field "Next" or "End": true', { Next: state['Next'], End: state['End'] });
}

const CHECKS: Readonly<Record<string, (state: Fields, where: string, validation: Validation) => void>> = {
  Task: checkTask,
  Map: checkMap,
  Parallel: checkParallel,
  Choice: checkChoice,
  Wait: checkWait,
};

function checkTask(state: Fields, where: string): void {
  const resource = asText(state['Resource'], where, 'Resource');
  if (parseResource(resource) === null) {
    refuse(where, `field "Resource" to be arn:aws:states::: with one of ${knownResources()}`, resource);
  }
  checkNumber(state, 'TimeoutSeconds', where, { least: 1, mayBeExpression: true });
  checkNumber(state, 'HeartbeatSeconds', where, { least: 1, mayBeExpression: true });
}

function checkMap(state: Fields, where: string, validation: Validation): void {
  const processor = asFields(state['ItemProcessor'], where, 'ItemProcessor');
  const inside = `${where}, field "ItemProcessor"`;
  checkFields(processor, PROCESSOR_FIELDS, inside);
  const config = asFields(processor['ProcessorConfig'] ?? { Mode: 'INLINE' }, inside, 'ProcessorConfig');
  checkFields(config, ['Mode'], `${inside}, field "ProcessorConfig"`);
  if (config['Mode'] !== 'INLINE') refuse(inside, 'field "Mode" to be "INLINE"', config['Mode']);
  checkNumber(state, 'MaxConcurrency', where, { mayBeExpression: true });
  checkNumber(state, 'ToleratedFailureCount', where, { mayBeExpression: true });
  const percentage = { most: 100, whole: false, mayBeExpression: true };
  checkNumber(state, 'ToleratedFailurePercentage', where, percentage);
  checkBlock(processor, inside, validation);
}

function checkParallel(state: Fields, where: string, validation: Validation): void {
  asList(state['Branches'], where, 'Branches').forEach((value, index) => {
    const inside = `${where}, branch ${index}`;
    const branch = asFields(value, where, `Branches/${index}`);
    checkFields(branch, BRANCH_FIELDS, inside);
    checkBlock(branch, inside, validation);
  });
}

function checkChoice(state: Fields, where: string): void {
  asList(state['Choices'], where, 'Choices').forEach((value, index) => {
    const rule = asFields(value, where, `Choices/${index}`);
    const here = `${where}, choice ${index}`;
    checkFields(rule, RULE_FIELDS, here);
    asText(rule['Next'], here, 'Next');
    if (typeof rule['Condition'] !== 'boolean') asText(rule['Condition'], here, 'Condition');
    checkTemplate(rule['Condition'], here, 'Condition');
    checkTemplate(rule['Output'], here, 'Output');
    checkAssign(rule['Assign'], here);
  });
}

function checkWait(state: Fields, where: string): void {
  const hasSeconds = state['Seconds'] !== undefined;
  if (hasSeconds === (state['Timestamp'] !== undefined)) {
    refuse(where, 'either field "Seconds" or "Timestamp"', {
      Seconds: state['Seconds'],
      Timestamp: state['Timestamp'],
    });
  }
  checkNumber(state, 'Seconds', where, { mayBeExpression: true });
}
