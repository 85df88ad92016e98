import type { JsonObject, TableDescription, TableIndex } from './dynalite.ts';

/** The parts of a table, or of a CreateTable request, that decide where its items lie. */
export type Shape = Pick<TableDescription, 'KeySchema' | 'AttributeDefinitions'> & {
  readonly GlobalSecondaryIndexes?: readonly TableIndex[];
  readonly LocalSecondaryIndexes?: readonly TableIndex[];
};

/** Canonical text of a table's own keys and local indexes, which cannot change once it exists. */
export function fixedShape(table: Shape): string {
  const local = (table.LocalSecondaryIndexes ?? []).map((index) => indexShape(index, table)).sort();
  return JSON.stringify([keyShape(table.KeySchema, table), ...local]);
}

/** Canonical text of one index: its name, its keys with their types, its projection. */
export function indexShape(index: TableIndex, table: Shape): string {
  const { ProjectionType: type, NonKeyAttributes: attributes } = (index.Projection ?? {}) as JsonObject;
  const projection = [type, ...(Array.isArray(attributes) ? [...attributes].sort() : [])];
  return JSON.stringify([index.IndexName, keyShape(index.KeySchema, table), projection]);
}

/** Indexes to be removed from `before` and to be filled for `after`; a changed one is both. */
export function indexChanges(before: Shape, after: Shape): { removed: TableIndex[]; added: TableIndex[] } {
  const shapes = (table: Shape) =>
    new Map((table.GlobalSecondaryIndexes ?? []).map((index) => [indexShape(index, table), index]));
  const was = shapes(before);
  const becomes = shapes(after);
  return {
    removed: [...was].filter(([shape]) => !becomes.has(shape)).map(([, index]) => index),
    added: [...becomes].filter(([shape]) => !was.has(shape)).map(([, index]) => index),
  };
}

/** The type (`S`, `N`, `B`) of a key attribute. */
export function attributeType(name: string, table: Shape): string {
  const definition = table.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name);
  return String(definition?.['AttributeType']);
}

function keyShape(schema: TableIndex['KeySchema'], table: Shape): string {
  return schema
    .map(({ AttributeName: name, KeyType: kind }) => `${kind} ${name} ${attributeType(name, table)}`)
    .sort()
    .join(', ');
}
