/** The present moment in UTC epoch milliseconds. */
export type Clock = () => number;
