/** One leg of the traded chain at a minute; null where there is no such price. */
export interface RowLeg {
  readonly strike: number;
  readonly option_type: 'CE' | 'PE';
  /** The last traded price while it is fresh. */
  readonly fresh: number | null;
  readonly bid: number | null;
  readonly ask: number | null;
}

/** One minute: the score of it, if there is one, and the traded chain as it was observed then, if it was. */
export interface Row {
  readonly date: string;
  readonly minute: number;
  readonly score: {
    readonly position: -1 | 0 | 1;
    readonly confidence: number;
    readonly winProbability: number;
  } | null;
  readonly chain: {
    readonly expiry: string;
    readonly atm_strike: number;
    readonly legs: readonly RowLeg[];
  } | null;
}
