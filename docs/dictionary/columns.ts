/** What a column holds, in one line: unit, range and what a missing value means. */
export type Meanings = Readonly<Record<string, string>>;

/** The columns of `raw` and `chain`: one row per leg of a snapshot. */
export const LEG_MEANINGS: Meanings = {
  timestamp: 'when the chain was seen at the exchange',
  received_at: 'when the tracker had it; a backfill may state it',
  recorded_at: 'when OI Loop accepted it',
  snapshot_id: 'first 32 hex digits of SHA-256 over exchange, timestamp and content',
  exchange: 'the chain: NSE, BSE, NSE_MONTHLY or BANKNIFTY_MONTHLY',
  sequence: "the tracker's own number per exchange and day; missing when it sent none",
  expiry: 'expiry date of the chain (YYYY-MM-DD)',
  underlying_price: 'spot in index points',
  underlying_volume: "the underlying's volume of the day",
  atm_strike: 'at-the-money strike in index points',
  future_price: 'price of the future in index points',
  future_oi: 'open interest of the future in units',
  vix: 'India VIX in percent',
  macro: 'the macro values as posted, as JSON',
  symbol: "the contract's symbol",
  strike: 'strike in index points',
  option_type: 'CE (call) or PE (put)',
  ltp: 'last traded price in rupees',
  oi: 'open interest in units, not lots',
  volume: 'volume of the day in units, cumulative',
  iv: 'implied volatility in percent',
  best_bid: 'best bid in rupees',
  best_ask: 'best ask in rupees',
  bid_quantity: 'quantity at the best bid in units',
  ask_quantity: 'quantity at the best ask in units',
  moneyness: 'ITM, ATM or OTM against the at-the-money strike',
  time_to_expiry_seconds: 'calendar seconds to 15:30 IST of the expiry date; 0 once expired',
  origin:
    'live, backfill, or imported_sparse (rebuilt from an export of changed legs: OI carried, nothing to price from); missing in old files',
  depth:
    'the best five prices a side as JSON ({buy, sell}: price, quantity, orders); missing when the source has none',
  revised:
    'true where another snapshot counts instead: one of the same timestamp recorded earlier, or a recorded one of a sparse day',
};

/** The columns of a feature file that are not features. */
export const FEATURE_ROW_MEANINGS: Meanings = {
  uid: '`<exchange>#<timestamp>#<feature set>`; labels carry that of the training set',
  timestamp: "the snapshot's time at the exchange",
  received_at:
    'when the tracker had the snapshot; a live row looks back on what had been recorded by then, another on what had been received',
  recorded_at: 'when OI Loop accepted the snapshot',
  exchange: 'the chain',
  feature_set: 'id of the feature set',
  snapshot_id: 'the snapshot that the row was made at',
  underlying_price: 'spot in index points; not a model input',
  quality_flags: 'flags of the snapshot, separated by blanks; missing or empty when there is none',
};

/** The columns of a label file that are not labels. */
export const LABEL_ROW_MEANINGS: Meanings = {
  uid: "uid of the training set's feature row: join other sets by exchange and timestamp",
  timestamp: 'time of the feature row, of whatever set',
};
