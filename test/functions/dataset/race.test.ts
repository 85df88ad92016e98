import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { openPorts, type Ports, stagesOf } from '../pipeline.ts';

let cloud: EmbeddedCloud;
let ports: Ports;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  ports = { ...(await openPorts(cloud)), clock: () => Date.UTC(2025, 11, 4, 10, 30) };
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';

it('lets one of two racing builds make the version', async () => {
  const stages = stagesOf(ports);
  await stages.write(aSession({ minutes: 110 }));
  await stages.compact('NSE', DATE);
  await stages.feature('NSE', DATE);
  await stages.label('NSE', DATE);
  // Both have looked before either writes.
  let looked = 0;
  let bothLooked = () => {};
  const meeting = new Promise<void>((resolve) => {
    bothLooked = resolve;
  });
  const versionsOf = async (date: string) => {
    const found = await ports.datasets.versionsOf(date);
    looked += 1;
    if (looked === 2) bothLooked();
    await meeting;
    return found;
  };
  const racing = stagesOf({ ...ports, datasets: { ...ports.datasets, versionsOf } });
  const build = () => racing.dataset({ date: DATE, exchanges: ['NSE'] });
  const results = await Promise.allSettled([build(), build()]);
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
  expect(reasons).toEqual(['Conflict']);
  expect((await stages.dataset({ date: DATE, exchanges: ['NSE'] })).version).toBe(DATE);
});
