/** Views of the lake, by what stands behind them. */
export const VIEWS = [
  ...(['chain', 'raw', 'features', 'labels'] as const),
  ...(['recommendations', 'trades', 'outcomes', 'feedback', 'controls'] as const),
] as const;
export type View = (typeof VIEWS)[number];

/** Statements that ask what there is: everything must be there. */
const ASKS_FOR_TABLES = /^\s*(show|pragma)\b|information_schema|duckdb_(tables|views|columns)/i;

/**
 * The views that a statement may need, by the words in it: one too many costs time, one too few an error.
 * Example: `select * from features_tracker_v2 join labels using (uid)` -> features, labels.
 */
export function viewsIn(sql: string): View[] {
  if (ASKS_FOR_TABLES.test(sql)) return [...VIEWS];
  return VIEWS.filter((view) => new RegExp(`\\b${view}(_\\w+)?\\b`, 'i').test(sql));
}

/** The views that are made together with one: the same look at the registry must stand behind both. */
export function madeWith(view: View): readonly View[] {
  return view === 'chain' || view === 'raw' ? ['chain', 'raw'] : [view];
}

/** The view of one set. Example: `features`, `tracker-v2` -> `features_tracker_v2`. */
export function setView(view: 'features' | 'labels', set: string): string {
  return `${view}_${set.replace(/\W/g, '_')}`;
}
