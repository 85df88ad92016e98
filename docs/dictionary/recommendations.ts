import { item, type TableDescription } from './item.ts';

/** The table of answers and all that follows them. */
export const RECOMMENDATIONS: TableDescription = {
  name: 'Recommendations',
  about:
    'Recommendations with their trades and outcomes, the head of the audit log and how far the bus has carried it.',
  items: [
    item(
      'rec#<id>',
      'recommendation',
      'the answer as JSON text (with risk: the totals, the position and the scale that its rules saw; on a posted vector with given_features and given_state), and its place in the audit log once sealed',
      'by id, together with the two below',
    ),
    item('rec#<id>', 'trade#<trade id>#<time>#<status>', 'one report of a trade that followed it', 'by id'),
    item(
      'rec#<id>',
      'mark#<trade id>',
      'one of its trades re-marked from recorded prices: as below',
      'by id',
    ),
    item(
      'rec#<id>',
      'outcome#<minutes>',
      "its outcome at its target's horizon, with minutes 3, 5, 15 and 30 and the close in horizons, how often it was put right (corrections) and what it said before (earlier, the newest ten)",
      'by id; those that are due',
    ),
    item(
      'rec#<id>',
      'feedback#<time>#<by>',
      "an operator's own label -1, 0 or 1 with a note: append-only, never a training label; its place in the audit log once sealed",
      'by id',
    ),
    item(
      'trade#<trade id>',
      '<time>#<status>',
      'one report of a trade, its place in the audit log once sealed',
      'all reports of a trade (closing needs only the trade id)',
    ),
    item(
      'trade#<trade id>',
      'mark',
      'the trade re-marked at its own entry and exit times: claimed_pnl beside marked_pnl and their difference, exposure_inverted, whether it counts, and what it said before late data put it right',
      'with its reports',
    ),
    item(
      'control#<exchange or all>',
      '<time>#<revision>',
      "an operator's order as the audit log has it, its place there once sealed",
      'by its message, or the sweep',
    ),
    item(
      'tally#<exchange>',
      '<date>',
      "what the session's outcomes and trades come to, gzipped JSON: counts by horizon, regime, tenth of confidence and model version, and each trade",
      'a range of days (GET /v1/outcomes, health, the live record)',
    ),
    item('audit-log', 'head', 'size of the audit log and the root over its entries', 'by each sealing'),
    item(
      'audit-log',
      'published',
      'how many entries of the audit log have been published (size)',
      'after each sealing; the sweep, every minute',
    ),
    item(
      'index by-day: <exchange>#<date>',
      '<time>#<id>',
      'recommendations of a session',
      'a day of an exchange, by time',
    ),
    item(
      'index by-day: outcome#<exchange>#<date>',
      '<time>#<id>#<minutes>',
      'outcomes of a session',
      'a day of an exchange (risk state, health)',
    ),
    item(
      'index by-day: mark#<date>',
      '<entered at>#<trade id>',
      'marks of the trades of a day, all exchanges',
      'a day (tally, late data)',
    ),
    item(
      'index pending: audit',
      '<recorded at>',
      'recommendations, trades and feedback not yet sealed',
      'the sweep, every minute',
    ),
    item(
      'index pending: audit-aside',
      '<recorded at>',
      'records that are too long for the audit log; the alert `record-too-long` told of each',
      'by hand',
    ),
    item(
      'index pending: outcome#<exchange>',
      '<due at>',
      'sealed recommendations without an outcome, by the end of their decisive horizon',
      'the outcome stage, every quarter of an hour: those that are due',
    ),
    item(
      'index pending: due#<exchange>',
      '<due at>',
      'outcomes with a horizon that is still open, by when that can be known',
      'the same',
    ),
    item(
      'index pending: mark',
      '<time>',
      'sealed reports of executed and closed trades whose mark is not final',
      'the same',
    ),
  ],
};
