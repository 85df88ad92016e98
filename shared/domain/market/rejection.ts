import type { Wording } from '../../describe-issue.ts';

const MISSING_VALUE = 'send null when the value is missing';
const DATE_TIME = 'write it with its offset, as 2025-12-04T12:35:00+05:30';

/** What the caller should do, by the name of the field that is wrong. */
const REMEDIES: Readonly<Record<string, string>> = {
  exchange: '',
  strike: '',
  schema: 'send "schema": 1',
  timestamp: DATE_TIME,
  received_at: DATE_TIME,
  as_of: DATE_TIME,
  expiry: 'write it as 2025-12-09',
  legs: 'send the ladder of calls and puts; skip the minute when the source gave none',
  symbol: "send the contract's own symbol",
  option_type: 'send CE for a call, PE for a put',
  underlying_price: 'skip the minute when the index price is unknown',
  atm_strike: "send the chain's at-the-money strike",
  sequence: 'count up from 0 for each exchange and day, or leave it out',
  macro: 'send an object of macro values, or null',
};

/** How a refused snapshot is spoken of, and what its sender should do. */
export const SNAPSHOT_WORDING: Wording = {
  record: 'snapshot',
  remedies: REMEDIES,
  otherwise: MISSING_VALUE,
  union: 'a finite number, or {value, as_of, source}, or null',
};
