import { resourcePart } from '../cloudformation/arn.ts';
import type { Deployment } from '../cloudformation/deploy.ts';
import type { CloudServices } from '../cloudformation/services.ts';
import { INERT_TYPES } from '../inert.ts';
import type { EndpointFile } from './endpoint-file.ts';

/** What `/_local/status` tells of a running cloud, the clock left out. */
export function describeCloud(
  services: CloudServices,
  deployment: Deployment,
  { endpoint, pid }: EndpointFile,
) {
  const executions = services.states.store.executions.running();
  return {
    endpoint,
    pid,
    resources: deployment.resources.map(({ stack, logicalId, type, ref }) => ({
      stack,
      logical_id: logicalId,
      type,
      ref,
      inert: type in INERT_TYPES,
    })),
    queues: queueDepths(services, deployment),
    event_sources: services.eventSources.list().map(({ queue, source }) => ({
      queue: resourcePart(queue.arn),
      ...source.status(),
    })),
    functions: services.lambda.status().map(({ name, inFlight }) => ({ name, in_flight: inFlight })),
    executions: executions.map(({ arn, startedMs }) => ({
      arn,
      started_at: new Date(startedMs).toISOString(),
    })),
    pending_notifications: services.sns.pendingDeliveries(),
  };
}

function queueDepths(services: CloudServices, deployment: Deployment) {
  return deployment.resources
    .filter(({ type }) => type === 'AWS::SQS::Queue')
    .map(({ ref }) => {
      const name = ref.slice(ref.lastIndexOf('/') + 1);
      const { visible, inFlight, delayed } = services.sqs.queue(name).depth();
      return { name, visible, in_flight: inFlight, delayed };
    });
}
