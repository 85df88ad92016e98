/** How many entries of the audit log have been published; it stands between two parts. */
export interface BusCursor {
  /** 0 before anything was. */
  position(): Promise<number>;
  /** @throws Conflict when somebody moved it first. */
  move(from: number, to: number): Promise<void>;
}
