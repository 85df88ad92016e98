import { expect, it } from 'vitest';
import { endpointName, removeEndpoint } from '../../../cli/models/serve.ts';
import { Conflict, NotFound } from '../../../shared/errors.ts';
import { aModelVersion } from '../../factories/registry.ts';

const row = aModelVersion();
const name = endpointName('desk-score-', row);

function serving(status: string | undefined) {
  const removed: string[] = [];
  const endpoints = {
    create: async () => {},
    find: async () => (status === undefined ? undefined : { status, failure: null }),
    remove: async (one: string) => void removed.push(one),
  };
  const settings = { image: 'i', roleArn: 'r', prefix: 'desk-score-', instanceType: 'ml.c7g.large' };
  return { removed, ports: { endpoints, settings } as unknown as Parameters<typeof removeEndpoint>[0] };
}

it('names an endpoint after exchange and bundle', () => {
  expect(name).toBe(`desk-score-nse-${row.bundle_hash.slice(0, 12)}`);
});

it('an endpoint that a version names is not taken away from it', async () => {
  const { removed, ports } = serving('InService');
  const named = { ...row, backend: 'sagemaker' as const, endpoint: name };
  const refused = removeEndpoint(ports, row, [named]);
  await expect(refused).rejects.toThrow(Conflict);
  await expect(refused).rejects.toThrow(`./oi models backend NSE ${row.version} onnx`);
  expect(removed).toEqual([]);
  expect(await removeEndpoint(ports, row, [row])).toBe(name);
  expect(removed).toEqual([name]);
});

it('where there is no endpoint it says so', async () => {
  const { removed, ports } = serving(undefined);
  await expect(removeEndpoint(ports, row, [row])).rejects.toThrow(NotFound);
  expect(removed).toEqual([]);
});
