/** A Vega-Lite specification with its data: what is drawn, and nothing of how. */
export type Chart = Readonly<Record<string, unknown>>;

/** SELL, HOLD and BUY have the same colours in every picture (colour-blind safe, Okabe and Ito 2008). */
export const CLASS_COLOURS = { SELL: '#D55E00', HOLD: '#999999', BUY: '#0072B2' } as const;

interface Parts {
  readonly title: string;
  readonly width?: number | { readonly step: number };
  readonly height?: number | { readonly step: number };
  readonly values: readonly object[];
  readonly [part: string]: unknown;
}

/** Names are shown in full; marks carry no text of their own for screen readers, the numbers are beside the page. */
const STYLE = {
  background: 'white',
  view: { stroke: '#dddddd' },
  axis: { gridColor: '#eeeeee', labelLimit: 0 },
  legend: { labelLimit: 0 },
  mark: { aria: false },
};

/** A chart of the house's size and style. NaN and infinity in `values` are gaps. */
export function chart({ title, values, width = 320, height = 220, ...parts }: Parts): Chart {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, anchor: 'start', fontSize: 13 },
    width,
    height,
    data: { values: values.map(finite) },
    config: STYLE,
    ...parts,
  };
}

function finite(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      typeof one === 'number' && !Number.isFinite(one) ? null : one,
    ]),
  );
}

export const quantitative = (field: string, title: string, more: object = {}) => ({
  field,
  title,
  type: 'quantitative',
  ...more,
});

export const nominal = (field: string, title: string, more: object = {}) => ({
  field,
  title,
  type: 'nominal',
  ...more,
});

/** Colour by class, in class order. */
export const byClass = {
  field: 'class',
  title: 'class',
  type: 'nominal',
  scale: { domain: Object.keys(CLASS_COLOURS), range: Object.values(CLASS_COLOURS) },
};
