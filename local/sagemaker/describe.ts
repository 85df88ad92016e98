import type { TrainingJob } from './store.ts';

/** DescribeTrainingJob's answer, its times as `time` writes them: the wire has epoch seconds, a state machine ISO 8601. */
export function describe(job: TrainingJob, time: (ms: number) => unknown): Record<string, unknown> {
  const { request, createdMs, endedMs } = job;
  const atEnd =
    endedMs === null
      ? {}
      : { TrainingEndTime: time(endedMs), TrainingTimeInSeconds: Math.round((endedMs - createdMs) / 1000) };
  return {
    ...request,
    TrainingJobArn: job.arn,
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondaryStatus,
    ...(job.failureReason === null ? {} : { FailureReason: job.failureReason }),
    CreationTime: time(createdMs),
    TrainingStartTime: time(createdMs),
    LastModifiedTime: time(endedMs ?? createdMs),
    ...atEnd,
  };
}
