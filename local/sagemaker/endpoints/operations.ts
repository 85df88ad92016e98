import type { Operation } from '../../sqs/aws-json.ts';
import type { Endpoints } from './endpoints.ts';
import { nameIn } from './request.ts';
import type { Kind, Stored } from './store.ts';

const seconds = (ms: number) => ms / 1000;

/** SageMaker's operations on models, endpoint configurations and endpoints. */
export function endpointOperations(endpoints: Endpoints): [string, Operation][] {
  return [
    ['CreateModel', (input) => ({ ModelArn: endpoints.createModel(input).arn })],
    ['CreateEndpointConfig', (input) => ({ EndpointConfigArn: endpoints.createEndpointConfig(input).arn })],
    ['CreateEndpoint', (input) => ({ EndpointArn: endpoints.createEndpoint(input).arn })],
    ['DescribeModel', (input) => described('Model', endpoints.describe('model', nameIn(input, 'ModelName')))],
    [
      'DescribeEndpointConfig',
      (input) =>
        described(
          'EndpointConfig',
          endpoints.describe('endpoint-config', nameIn(input, 'EndpointConfigName')),
        ),
    ],
    ['DescribeEndpoint', (input) => describedEndpoint(endpoints, nameIn(input, 'EndpointName'))],
    ['DeleteModel', (input) => endpoints.remove('model', nameIn(input, 'ModelName'))],
    [
      'DeleteEndpointConfig',
      (input) => endpoints.remove('endpoint-config', nameIn(input, 'EndpointConfigName')),
    ],
    ['DeleteEndpoint', (input) => endpoints.remove('endpoint', nameIn(input, 'EndpointName'))],
  ];
}

function described(prefix: string, { arn, request, createdMs }: Stored<Kind>) {
  const { Tags: _, ...rest } = request;
  return { ...rest, [`${prefix}Arn`]: arn, CreationTime: seconds(createdMs) };
}

function describedEndpoint(endpoints: Endpoints, name: string) {
  const endpoint = endpoints.describe('endpoint', name);
  const { status, failureReason, modifiedMs } = endpoint;
  return {
    ...described('Endpoint', endpoint),
    EndpointStatus: status,
    LastModifiedTime: seconds(modifiedMs),
    ...(failureReason === null ? {} : { FailureReason: failureReason }),
  };
}
