import jsonata from 'jsonata';
import { StateFailure } from '../state-failure.ts';
import { stepFunctionsFunctions } from './functions.ts';
import type { RandomStream } from './random.ts';

const EXPRESSION = /^\{%([\s\S]*)%\}$/;

/** What an expression can see, beside the functions. */
export interface Scope {
  /** `$states`: input, result, errorOutput, context, as far as the field has them. */
  readonly states: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
  readonly random: RandomStream;
}

/** The JSONata inside `{% %}`, or null when the text is no expression. */
export function expressionIn(text: string): string | null {
  return EXPRESSION.exec(text)?.[1]?.trim() ?? null;
}

/**
 * Evaluates every expression in a template; other values stay as they are. `field` names it in errors.
 * Fails with States.QueryEvaluationError when an expression throws or gives nothing.
 * @example evaluateTemplate({ n: '{% $states.input.a + 1 %}' }, scopeWithInput({ a: 1 }), 'Output') // { n: 2 }
 */
export async function evaluateTemplate(template: unknown, scope: Scope, field: string): Promise<unknown> {
  const bindings = {
    ...stepFunctionsFunctions(scope.nowMs, scope.random),
    ...scope.variables,
    states: scope.states,
  };
  return evaluateIn(template, bindings, field);
}

async function evaluateIn(
  template: unknown,
  bindings: Record<string, unknown>,
  field: string,
): Promise<unknown> {
  if (typeof template === 'string') {
    const expression = expressionIn(template);
    return expression === null ? template : evaluateExpression(expression, bindings, field);
  }
  if (Array.isArray(template)) {
    const list: unknown[] = [];
    for (const [i, entry] of template.entries())
      list.push(await evaluateIn(entry, bindings, `${field}/${i}`));
    return list;
  }
  if (typeof template !== 'object' || template === null) return template;
  const fields: Array<[string, unknown]> = [];
  for (const [key, value] of Object.entries(template)) {
    fields.push([key, await evaluateIn(value, bindings, `${field}/${key}`)]);
  }
  return Object.fromEntries(fields);
}

const compiled = new Map<string, jsonata.Expression>();

function compile(expression: string): jsonata.Expression {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  const fresh = jsonata(expression);
  compiled.set(expression, fresh);
  return fresh;
}

async function evaluateExpression(
  expression: string,
  bindings: Record<string, unknown>,
  field: string,
): Promise<unknown> {
  const failed = (what: string) =>
    new StateFailure(
      'States.QueryEvaluationError',
      `the JSONata expression '${expression}' in the field '${field}' ${what}`,
    );
  let text: string | undefined;
  try {
    // Through JSON: drops jsonata's own array markings and shares nothing with the input.
    text = JSON.stringify(await compile(expression).evaluate(undefined, bindings));
  } catch (error) {
    throw failed(`failed: ${(error as Error).message}`);
  }
  if (text === undefined) throw failed('returned nothing (undefined)');
  return JSON.parse(text);
}
