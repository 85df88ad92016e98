import { item, type TableDescription } from './item.ts';
import { RECOMMENDATIONS } from './recommendations.ts';

/** The DynamoDB tables, by the names of the data stack, with every kind of item (shared/adapters/dynamodb). */
export const TABLES: readonly TableDescription[] = [
  {
    name: 'Batches',
    about: 'What lies in the lake, and which file counts.',
    items: [
      item(
        'raw#<exchange>#<date>',
        '<batch id>',
        'one micro-batch: its registry row, as under Lake',
        'all of a day (compact, a recommendation followed to its files)',
      ),
      item(
        'seen#<exchange>#<date>',
        '<snapshot id>',
        'the snapshot is in the lake: batch id',
        'by ids before a write (batch); count of a day (nightly, journey)',
      ),
      item(
        'chain#chain#<exchange>',
        '<date>',
        'the compacted chain of the day, with the micro-batches it has taken in',
        'one day, or a range of days',
      ),
      item(
        'features#<feature set>#<exchange>',
        '<date>',
        'the feature file of the day, with its parity with what was served',
        'one day, or a range of days',
      ),
      item(
        'labels#<label set>#<exchange>',
        '<date>',
        'the label file of the day',
        'one day, or a range of days',
      ),
      item(
        'history#<kind>#<set>#<exchange>',
        '<date>#<revision in six digits>',
        'a file that counts or once did, for each of the three kinds',
        'all revisions of a range of days (dataset: what counted at its knowledge cutoff)',
      ),
    ],
  },
  {
    name: 'Datasets',
    about: 'Dataset versions.',
    items: [
      item(
        'dataset',
        '<date> or <date>.<number in six digits>',
        'one version: its manifest without the files, as JSON text',
        'one version; the versions of a date; the newest',
      ),
      item('legacy', 'legacy-<batch id>', 'an imported version, as above', 'one version; all of them'),
      item('files', 'as the version', "the manifest's files, gzipped JSON", 'one version'),
    ],
  },
  {
    name: 'Models',
    about: 'Model versions, the live pointer, the deployment history and the promotion that waits.',
    items: [
      item('<exchange>#<target>', 'live', 'the live pointer', 'every score (looked up every two seconds)'),
      item(
        '<exchange>#<target>',
        'version#<version>',
        'one bundle: status, hashes, dataset, verdict, backend and endpoint',
        'one version; all of them, newest first',
      ),
      item(
        '<exchange>#<target>',
        'history#<time>#row<count>#<version or none>#<event>#<execution or none>',
        'one promotion, rollback, withdrawal, refusal, failure or change of a backend: who, when, why, from, to',
        'the whole history; what was live at a moment',
      ),
      item(
        '<exchange>#<target>',
        'approval',
        'the promotion that waits for an operator, with its task token, or the last one that did',
        'what waits',
      ),
      item(
        '<exchange>#<target>',
        'switches',
        'how often the pointer was moved',
        'each switch, which expects it',
      ),
      item(
        '<exchange>#<target>',
        'applied#<execution>#<event>',
        'that an execution has written its event',
        'an execution whose answer was lost',
      ),
    ],
  },
  RECOMMENDATIONS,
  {
    name: 'OnlineWindow',
    about: 'The session as scoring sees it; minutes and feature rows expire three days after their time.',
    items: [
      item(
        'minute#<exchange>#<date>',
        '<minute>',
        'the last snapshot of the minute, all legs, gzipped JSON',
        'the minutes before a moment',
      ),
      item(
        'feature#<feature set>#<exchange>#<date>',
        '<minute>',
        'the feature row as served, values as little-endian doubles',
        'one minute (score); a range (drift, health, parity)',
      ),
      item(
        'day-summary#<exchange>',
        '<date>',
        'the summary of a whole session as JSON text; the first stays, none expires',
        'the sessions before a day',
      ),
      item(
        'prior-days#<exchange>',
        '<date>',
        'the earlier sessions that the live rows of a session look back on; the first stays, none expires',
        'one day',
      ),
    ],
  },
  {
    name: 'Risk',
    about: 'What the circuit breakers read: one query of `account` is all of it.',
    items: [
      item(
        'account',
        'session#<exchange>',
        "the session's facts as JSON text: each trade's opening, closing and result; drift; the live record",
        'every score; conditional on its revision',
      ),
      item('account', 'control#<exchange or all>', "an operator's last order: halt or resume", 'every score'),
      item(
        'control',
        '<time>#<exchange or all>#<revision>',
        'every order there was: who, when, why, whose keys',
        'the newest',
      ),
    ],
  },
  {
    name: 'Health',
    about: 'Reports of the watching stages; items expire after ninety days.',
    items: [
      item('drift#<exchange>', '<time>', 'one drift report as JSON text', 'the newest; a range of time'),
      item(
        'health#<exchange or ALL>',
        '<time>',
        'one health summary as JSON text',
        'the newest; a range of time',
      ),
    ],
  },
  {
    name: 'Alerts',
    about: 'The life of each alert.',
    items: [item('alert', '<rule>#<exchange>', 'its state, finding and times', 'one alert; all of them')],
  },
  {
    name: 'Shadows',
    about:
      'Challengers beside the live models, apart from all that is live: nothing here is executed, sealed into the audit log, or counted in health, drift, risk and outcomes.',
    items: [
      item(
        'challenger#<exchange>#<target>',
        'current',
        'the version that is scored beside the live one, or was until it was stopped: who, when, why',
        'every score (looked up every two seconds)',
      ),
      item(
        'challenger#<exchange>#<target>',
        'change#<revision in six digits>',
        'the same after each change',
        'all changes',
      ),
      item(
        'answer#<exchange>#<target>#<version>#<date>',
        '<time>#<id of the live answer>',
        "as JSON text: the challenger's answer or fault, what the live answer was, and the outcome once it is known",
        'a day of a challenger (the outcome stage, every quarter of an hour)',
      ),
      item(
        'session#<exchange>#<target>#<version>',
        '<date>#<live version>',
        'a session as JSON text: what both asked for and got, and their mean difference; written after the close',
        'all sessions of a challenger',
      ),
    ],
  },
  {
    name: 'Broker',
    about:
      'What the built-in paper broker has taken, holds and has done; empty where it was never switched on.',
    items: [
      item(
        'book#<exchange>',
        '<date>',
        'a session as JSON text under its revision: orders, positions, result so far, and reports that have still to be made',
        'the latest sessions (every minute); one session (each order)',
      ),
      item(
        'order#<recommendation id>',
        'order',
        'the recommendation was taken: nothing else, forty days',
        'one (before an order is taken)',
      ),
    ],
  },
];
