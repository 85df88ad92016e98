/** A value of a result: whole numbers that a double cannot hold exactly, times and nested values are text or JSON. */
export type SqlValue =
  | null
  | boolean
  | number
  | string
  | readonly SqlValue[]
  | { readonly [key: string]: SqlValue };

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** The first rows, as many as were asked for. */
  readonly rows: readonly (readonly SqlValue[])[];
  /** How many rows the result has. */
  readonly total: number;
}

/** A database that lives as long as its owner and reads Parquet files where they lie. */
export interface SqlDatabase {
  /** Runs statements; the result is the last one's. @throws RejectedInput with the database's words for a wrong one. */
  query(sql: string, keepRows?: number): Promise<SqlResult>;
  close(): void;
}
