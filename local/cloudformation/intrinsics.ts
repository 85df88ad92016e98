/** Where the values of references come from while a template is deployed. */
export interface Scope {
  /** A parameter, pseudo parameter (`AWS::Region`) or resource. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  importValue(exportName: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, topLevelKey: string, secondLevelKey: string): unknown;
}

/** Value of `Ref: AWS::NoValue`: the property or list item is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope, where: string) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => (argument === 'AWS::NoValue' ? NO_VALUE : scope.ref(String(argument))),
  'Fn::GetAtt': getAtt,
  'Fn::Join': join,
  'Fn::Sub': sub,
  'Fn::ImportValue': (argument, scope, where) => scope.importValue(String(resolve(argument, scope, where))),
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::FindInMap': findInMap,
  'Fn::If': choose,
  'Fn::Equals': equals,
  'Fn::Not': (argument, scope, where) => !list(resolve(argument, scope, where), 'Fn::Not', where)[0],
  'Fn::And': (argument, scope, where) =>
    list(resolve(argument, scope, where), 'Fn::And', where).every(Boolean),
  'Fn::Or': (argument, scope, where) => list(resolve(argument, scope, where), 'Fn::Or', where).some(Boolean),
  Condition: (argument, scope) => scope.condition(String(argument)),
};

/**
 * Replaces every intrinsic in `value` by what it stands for. An unknown `Fn::` is an error that names it and `where`.
 *
 * @example resolve({ 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }, scope, 'Stack.Queue') // 'a-b'
 */
export function resolve(value: unknown, scope: Scope, where: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolve(item, scope, where)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && isIntrinsic(first[0], first[1])) {
    return intrinsic(first[0], where)(first[1], scope, where);
  }
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, resolve(item, scope, `${where}.${key}`)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
}

// A policy statement has a key `Condition` too: there its value is an object, as an intrinsic it is a name.
function isIntrinsic(key: string, argument: unknown): boolean {
  return key.startsWith('Fn::') || key === 'Ref' || (key === 'Condition' && typeof argument === 'string');
}

function intrinsic(name: string, where: string): Intrinsic {
  const found = INTRINSICS[name];
  if (found === undefined) throw new Error(`${where}: expected a known intrinsic function, was ${name}`);
  return found;
}

function getAtt(argument: unknown, scope: Scope, where: string): unknown {
  const [logicalId, ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
  const name = resolve(attribute.length === 1 ? attribute[0] : attribute.join('.'), scope, where);
  return scope.attribute(String(logicalId), String(name));
}

function join(argument: unknown, scope: Scope, where: string): string {
  const [delimiter, items] = list(resolve(argument, scope, where), 'Fn::Join', where);
  return list(items, 'Fn::Join', where).map(String).join(String(delimiter));
}

function sub(argument: unknown, scope: Scope, where: string): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const given = Object(resolve(variables, scope, where)) as Record<string, unknown>;
  return String(template).replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (name in given) return String(given[name]);
    const dot = name.indexOf('.');
    return String(dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)));
  });
}

function select(argument: unknown, scope: Scope, where: string): unknown {
  const [index, items] = list(resolve(argument, scope, where), 'Fn::Select', where);
  const values = list(items, 'Fn::Select', where);
  if (!(Number(index) in values)) {
    throw new Error(`${where}: expected Fn::Select index below ${values.length}, was ${String(index)}`);
  }
  return values[Number(index)];
}

function split(argument: unknown, scope: Scope, where: string): string[] {
  const [delimiter, text] = list(resolve(argument, scope, where), 'Fn::Split', where);
  return String(text).split(String(delimiter));
}

function findInMap(argument: unknown, scope: Scope, where: string): unknown {
  const [map, top, second] = list(resolve(argument, scope, where), 'Fn::FindInMap', where);
  return scope.mapping(String(map), String(top), String(second));
}

function choose(argument: unknown, scope: Scope, where: string): unknown {
  const [condition, whenTrue, whenFalse] = list(argument, 'Fn::If', where);
  return resolve(scope.condition(String(condition)) ? whenTrue : whenFalse, scope, where);
}

function equals(argument: unknown, scope: Scope, where: string): boolean {
  const [left, right] = list(resolve(argument, scope, where), 'Fn::Equals', where);
  return String(left) === String(right);
}

function list(value: unknown, name: string, where: string): unknown[] {
  if (!Array.isArray(value))
    throw new Error(`${where}: expected a list in ${name}, was ${JSON.stringify(value)}`);
  return value;
}
