const STAND_IN = 'broker-';

/** The id of the built-in paper broker's trade on a recommendation: one recommendation, one trade. */
export function standInTradeId(recommendationId: string): string {
  return `${STAND_IN}${recommendationId}`;
}

/** Whether a trade is the built-in paper broker's, which stands in for an executor. Example: `broker-01KB...` is. */
export function isStandIn(tradeId: string): boolean {
  return tradeId.startsWith(STAND_IN);
}
