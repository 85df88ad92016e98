/** Answers of the exchanges' web APIs as our own small inventions, in each of the three forms. */

const LEG = { bid: 99.5, ask: 100.5, ltp: 100, oi: 40, volume: 120, iv: 12.5 };
type SideValues = Partial<typeof LEG>;

interface NseShape {
  readonly timestamp: string;
  readonly symbol: string;
  readonly underlying: number;
  readonly strikes: readonly number[];
  readonly lot: number;
}

const NSE: NseShape = {
  timestamp: '10-Jul-2026 15:30:00',
  symbol: 'NIFTY',
  underlying: 24_206.9,
  strikes: [24_150, 24_200, 24_250],
  lot: 65,
};

/** The v3 form as it is saved: one expiry, no list of expiries. */
export function nseV3Answer(expiry = '14-07-2026', shape: Partial<NseShape> = {}, values: SideValues = {}) {
  const { timestamp, symbol, underlying, strikes, lot } = { ...NSE, ...shape };
  const { bid, ask, ltp, oi, volume, iv } = { ...LEG, ...values };
  const side = {
    expiryDate: expiry,
    underlying: symbol,
    underlyingValue: underlying,
    ...{ lastPrice: ltp, openInterest: oi, totalTradedVolume: volume, impliedVolatility: iv },
    ...{ buyPrice1: bid, buyQuantity1: lot, sellPrice1: ask, sellQuantity1: 2 * lot },
  };
  const data = strikes.map((strikePrice) => ({
    ...{ expiryDates: expiry, strikePrice },
    CE: { ...side, strikePrice },
    PE: { ...side, strikePrice },
  }));
  return { data, timestamp, underlyingValue: underlying };
}

/** The 2020 form: every expiry in one answer, and a copy of the first below `filtered`. */
export function nse2020Answer(expiries: readonly string[], shape: Partial<NseShape> = {}) {
  const { timestamp, symbol, underlying, strikes, lot } = {
    ...NSE,
    ...{ timestamp: '07-Aug-2020 15:30:00', underlying: 11_214.05, lot: 75 },
    strikes: Array.from({ length: 12 }, (_, at) => 11_000 + 50 * at),
    ...shape,
  };
  const data = expiries.flatMap((expiryDate) =>
    strikes.map((strikePrice, at) => {
      const side = {
        ...{ expiryDate, strikePrice, underlying: symbol, underlyingValue: underlying },
        ...{ lastPrice: 0, openInterest: 7 + at, totalTradedVolume: 3, impliedVolatility: 0 },
        ...{ bidprice: 0, bidQty: (2 + at) * lot, askPrice: 4.5, askQty: (3 + at) * lot },
      };
      return { expiryDate, strikePrice, CE: side, PE: side };
    }),
  );
  return {
    filtered: { data: data.filter(({ expiryDate }) => expiryDate === expiries[0]) },
    records: { data, expiryDates: [...expiries], timestamp, underlyingValue: underlying },
  };
}

/** The BSE's form: text throughout; the second strike is listed and empty. */
export function bseAnswer(expiry = '16 Jul 2026', symbol = 'SENSEX') {
  const names = [
    'Last_Trd_Price',
    'Open_Interest',
    'Vol_Traded',
    'IV',
    'BidPrice',
    'OfferPrice',
    'BIdQty',
    'OfferQty',
  ];
  const blank = Object.fromEntries(
    names.flatMap((name) => [
      [name, ''],
      [`C_${name}`, ''],
    ]),
  );
  const common = { End_TimeStamp: expiry, comapny_name: `${symbol}      `, UlaValue: '77569.39' };
  const quoted = {
    ...{ C_Last_Trd_Price: '499.40', C_Open_Interest: '47391', C_Vol_Traded: '1,145,988', C_IV: '10.748367' },
    ...{ Last_Trd_Price: '379.40', Open_Interest: '54135', Vol_Traded: '12', IV: '0.000000' },
  };
  return {
    Table: [
      { ...blank, ...common, ...quoted, Strike_Price: '77,500.00' },
      { ...blank, ...common, Strike_Price: '85,300.00' },
    ],
    ASON: { DT_TM: '10 Jul 2026 | 19:15 ' },
  };
}
