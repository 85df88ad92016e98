/** One kind of item in a table: its keys, what it is, and who asks for it how. */
export interface ItemKind {
  readonly partition: string;
  readonly sort: string;
  readonly item: string;
  readonly access: string;
}

export interface TableDescription {
  readonly name: string;
  readonly about: string;
  readonly items: readonly ItemKind[];
}

export function item(partition: string, sort: string, what: string, access: string): ItemKind {
  return { partition, sort, item: what, access };
}
