/**
 * One feature vector of the tracker's pandas code on a 22-leg ladder with 41 minutes of history, p50: recorded once on
 * the same kind of machine, because that code cannot be here.
 */
export const TRACKER_VECTOR_US = 3900;
