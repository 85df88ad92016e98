/**
 * What a session's observations weigh by their age: 1 for the newest, half as much every `halfLifeSessions` before it.
 * Infinity weighs all alike.
 *
 * @param sessions - per row, ascending
 * @param halfLifeSessions - > 0
 * @example recencyWeights(['2026-02-02', '2026-02-03', '2026-02-03'], 1) // [0.5, 1, 1]
 */
export function recencyWeights(sessions: readonly string[], halfLifeSessions: number): Float64Array {
  const order = [...new Set(sessions)];
  const age = new Map(order.map((session, at) => [session, order.length - 1 - at]));
  return Float64Array.from(sessions, (session) => 0.5 ** ((age.get(session) as number) / halfLifeSessions));
}
