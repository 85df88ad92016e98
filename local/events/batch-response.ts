/**
 * Which messages of a batch failed according to a function's answer under ReportBatchItemFailures: the message
 * ids, empty when all succeeded, or 'all' for an answer that Lambda takes as a failure of the whole batch (an
 * unknown or empty identifier, or the wrong shape).
 *
 * @example failedMessageIds('{"batchItemFailures":[{"itemIdentifier":"a"}]}', ['a', 'b']) // ['a']
 */
export function failedMessageIds(payload: string, messageIds: readonly string[]): readonly string[] | 'all' {
  const answer: unknown = JSON.parse(payload);
  if (answer === null || answer === '') return [];
  const failures: unknown = Object(answer)['batchItemFailures'];
  if (failures === null || failures === undefined) return [];
  if (!Array.isArray(failures)) return 'all';
  const failed = failures.map((failure) => Object(failure)['itemIdentifier'] as unknown);
  const areKnown = failed.every((id) => typeof id === 'string' && messageIds.includes(id));
  return areKnown ? (failed as string[]) : 'all';
}
