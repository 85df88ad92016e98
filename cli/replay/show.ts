import type { AnswerDifference } from '../../shared/domain/audit/answer-differences.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { Output } from '../output.ts';
import type { DayReplay } from './day.ts';

/** What is shown of a replay. */
export interface Shown {
  readonly id: string;
  readonly status: 'identical' | 'different' | 'not_kept';
  readonly differences: readonly AnswerDifference[];
  readonly inputs: {
    readonly feature_row: string;
    readonly snapshot_id: string | null;
    readonly bundle_hash: string | null;
    readonly traded_snapshot_id: string | null;
    readonly traded_snapshots_tried: number;
  };
}

const ROWS: Readonly<Record<string, string>> = {
  features_file: "the day's features file, the same as its snapshots give",
  snapshots: "computed from the day's snapshots",
  none: 'none: answered without a row',
  posted: 'posted with the request, kept in the record, where its regime stood as well',
  not_kept: 'not in the lake, and not in the record',
};

/** Of one answer: whether it is the same, and what it was given again from. */
export function showReplay(recorded: Recommendation, replay: Shown, output: Output): void {
  const { status, differences, inputs } = replay;
  output.line(`${replay.id}  ${recorded.exchange}  ${recorded.timestamp}  ${recorded.action}`);
  if (status === 'not_kept') {
    output.line(
      '  cannot be given again: the lake has no snapshot of its moment. One of the last minutes is on its way: ask again;',
    );
    output.line('  or its features were posted when records did not yet keep such');
    return;
  }
  if (status === 'identical') {
    output.line(`  identical to the last bit: leaf ${recorded.leaf_hash}, as recorded`);
  } else showDifferences(differences, output);
  const isUnlike = differences.some(({ field }) => field.startsWith('features.'));
  const row = isUnlike ? "the day's features file, which its snapshots contradict" : ROWS[inputs.feature_row];
  output.line(
    `  feature row: ${row}${inputs.snapshot_id === null ? '' : `, snapshot ${inputs.snapshot_id}`}`,
  );
  output.line(
    `  model: ${recorded.model_version ?? 'none'}${inputs.bundle_hash === null ? '' : `, bundle ${inputs.bundle_hash.slice(0, 16)}, every file verified`}`,
  );
  if (inputs.traded_snapshots_tried > 0) {
    const place = inputs.traded_snapshots_tried === 1 ? 'the last' : `${inputs.traded_snapshots_tried} tried`;
    output.line(
      `  contract: priced on snapshot ${inputs.traded_snapshot_id ?? 'none'} of its chain (${place})`,
    );
  }
  output.line(
    '  from the record: our clock, the latency, who computed it, which model was live, what the account held',
  );
}

function showDifferences(differences: readonly AnswerDifference[], output: Output): void {
  output.line(`  DIFFERENT in ${differences.length} values:`);
  output.table(
    ['value', 'recorded', 'replayed'],
    differences.map(({ field, recorded, replayed }) => [field, cell(recorded), cell(replayed)]),
  );
}

/** A number with all its digits; a sentence cut. */
function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= 48 ? text : `${text.slice(0, 44)} ...`;
}

/** Of a day: counts, and the first answer that came out otherwise. */
export function showDay(exchange: string, date: string, day: DayReplay, output: Output): void {
  const { answers, identical, different, not_kept, feature_rows, first_difference } = day;
  const percent = answers === 0 ? '-' : `${((100 * identical) / answers).toFixed(2)} %`;
  output.line(`${exchange} ${date}: ${answers} answers given again, ${identical} identical (${percent})`);
  output.line(`  different ${different}, features not kept ${not_kept}`);
  const rows = Object.entries(feature_rows).map(([from, count]) => `${count} ${from.replace('_', ' ')}`);
  output.line(`  feature rows: ${rows.join(', ') || 'none'}`);
  if (first_difference === null) return;
  output.line(`  first difference: ${first_difference.id}`);
  showDifferences(first_difference.differences, output);
}
