/** Which fields each part of a JSONata-mode definition may have. Everything else is refused by name. */
const STATE = ['Type', 'Comment', 'QueryLanguage'];
const SHAPED = ['Assign', 'Output'];
const FLOWING = [...SHAPED, 'Next', 'End'];
const GUARDED = [...FLOWING, 'Retry', 'Catch'];

export const MACHINE_FIELDS = ['StartAt', 'States', 'Comment', 'QueryLanguage', 'TimeoutSeconds', 'Version'];
export const BRANCH_FIELDS = ['StartAt', 'States', 'Comment', 'QueryLanguage'];
export const PROCESSOR_FIELDS = [...BRANCH_FIELDS, 'ProcessorConfig'];
export const RULE_FIELDS = ['Condition', 'Next', 'Comment', ...SHAPED];
export const CATCHER_FIELDS = ['ErrorEquals', 'Next', 'Comment', ...SHAPED];
export const RETRIER_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];

export const STATE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...STATE, ...GUARDED, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Map: [
    ...STATE,
    ...GUARDED,
    'Items',
    'ItemSelector',
    'ItemProcessor',
    'MaxConcurrency',
    'ToleratedFailurePercentage',
    'ToleratedFailureCount',
  ],
  Parallel: [...STATE, ...GUARDED, 'Branches', 'Arguments'],
  Choice: [...STATE, ...SHAPED, 'Choices', 'Default'],
  Wait: [...STATE, ...FLOWING, 'Seconds', 'Timestamp'],
  Pass: [...STATE, ...FLOWING],
  Succeed: [...STATE, 'Output'],
  Fail: [...STATE, 'Error', 'Cause'],
};

/** Fields of JSONPath mode, which is refused as a whole. */
export const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'Parameters',
  'Result',
  'ResultPath',
  'ResultSelector',
  'ItemsPath',
  'Iterator',
  'Variable',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailurePercentagePath',
  'ToleratedFailureCountPath',
  'ErrorPath',
  'CausePath',
]);
