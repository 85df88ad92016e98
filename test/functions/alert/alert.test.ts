import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forwardToSlack } from '../../../functions/alert/forward-to-slack.ts';
import { tellAlerts } from '../../../functions/alert/tell-alerts.ts';
import { dynamoAlertStore } from '../../../shared/adapters/dynamodb/alert-store.ts';
import { httpWebhook } from '../../../shared/adapters/http/webhook.ts';
import { ssmParameterStore } from '../../../shared/adapters/ssm/parameter-store.ts';
import { alertPolicy } from '../../../shared/config/alerts.ts';
import type { Observation } from '../../../shared/domain/alerts/observation.ts';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { Conflict, Temporary } from '../../../shared/errors.ts';
import type { Topic } from '../../../shared/ports/topic.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const breached: Observation = {
  kind: 'check',
  rule: 'data-stale',
  exchange: 'NSE',
  check: {
    kind: 'breached',
    finding: {
      ...{ rule: 'data-stale', exchange: 'NSE', subject: 'snapshots', severity: 'critical' },
      ...{
        title: 'NSE: no new data for 400 seconds',
        what: 'The newest is old.',
        next: 'Check the tracker.',
      },
      numbers: { age_seconds: 400 },
    },
  },
};
const clear: Observation = { ...breached, check: { kind: 'clear', subject: null } };
const unknown: Observation = { ...breached, check: { kind: 'unknown' } };

describe('tell alerts', () => {
  it('tells once, counts, repeats after the pause, and says when it is over', async () => {
    const bench = await openBench();
    const told: string[][] = [];
    for (const [minute, observation] of [
      [0, breached],
      [15, breached],
      [20, unknown],
      [240, breached],
      [255, clear],
      [270, clear],
    ] as const) {
      bench.nowMs = START_MS + minute * MINUTE_MS;
      await bench.tell(observation);
      told.push(bench.sent.splice(0).map(({ subject }) => subject ?? ''));
    }
    const title = 'NSE: no new data for 400 seconds';
    expect(told).toEqual([
      [`Critical: ${title}`],
      [],
      [],
      [`Still open: Critical: ${title}`],
      [`Recovered: ${title}`],
      [],
    ]);
    expect(await bench.alerts.all()).toMatchObject([
      { status: 'recovered', occurrences: 3, opened_at: utcIso(START_MS), revision: 4 },
    ]);
  });

  it('sends a plain text and the notice for machines', async () => {
    const bench = await openBench();
    await bench.tell(breached);
    const [message] = bench.sent;
    expect(message?.body).toContain('The newest is old.\n\nNumbers:\n  age: 400 seconds\n');
    expect(message?.attributes).toMatchObject({ rule: 'data-stale', exchange: 'NSE', severity: 'critical' });
    expect(JSON.parse(message?.attributes?.['notice'] ?? '')).toMatchObject({ kind: 'opened' });
  });

  it('opens an alert once when several consumers race for it', async () => {
    const bench = await openBench();
    await Promise.all(Array.from({ length: 4 }, () => bench.tell(breached)));
    expect(await bench.alerts.all()).toMatchObject([{ occurrences: 4, revision: 4, status: 'open' }]);
  });

  it('forgets nothing when people could not be told', async () => {
    const bench = await openBench();
    bench.broken = true;
    await expect(bench.tell(breached)).rejects.toBeInstanceOf(Temporary);
    expect(await bench.alerts.all()).toEqual([]);
    bench.broken = false;
    expect(await bench.tell(breached)).toBe(1);
  });

  it('refuses an observation that it does not understand, by name of the field', async () => {
    const bench = await openBench();
    const old = { rule: 'stage-failure', exchange: 'NSE', breached: true };
    await expect(bench.tell(old)).rejects.toMatchObject({ name: 'RejectedInput', field: 'kind' });
  });

  it('stores a revision once', async () => {
    const { alerts, tell } = await openBench();
    await tell(breached);
    const [state] = await alerts.all();
    await expect(alerts.put(state!)).rejects.toBeInstanceOf(Conflict);
    expect(await alerts.state('data-stale', 'BSE')).toBeUndefined();
  });
});

describe('forward to Slack', () => {
  it('posts the notice as blocks', async () => {
    const bench = await openBench();
    await bench.tell(breached);
    const [{ subject, body, attributes }] = bench.sent as [Parameters<Topic['publish']>[0]];
    const slack = await openSlack(200);
    await slack.forward({ subject, body, notice: attributes?.['notice'] });
    expect(slack.posted).toHaveLength(1);
    expect(slack.posted[0]).toMatchObject({
      text: 'Please act now. NSE: no new data for 400 seconds',
      blocks: [{ type: 'header' }, { type: 'section' }, { type: 'section' }, { type: 'section' }, {}],
    });
    await slack.close();
  });

  it('posts the words of an alarm, which has no notice', async () => {
    const slack = await openSlack(200);
    await slack.forward({
      subject: 'ALARM: ToBatchDeadLetters',
      body: '{"AlarmName":"x"}',
      notice: undefined,
    });
    expect(slack.posted).toMatchObject([{ text: 'ALARM: ToBatchDeadLetters' }]);
    await slack.close();
  });

  it('is off when the parameter says none', async () => {
    const slack = await openSlack(200, 'none');
    await slack.forward({ subject: 's', body: 'b', notice: undefined });
    expect(slack.posted).toEqual([]);
    await slack.close();
  });

  it.each([
    ['refuses', 500],
    ['cannot be reached', 0],
  ])('fails when Slack %s, and does not give the address away', async (_, status) => {
    const slack = await openSlack(status);
    if (status === 0) await slack.close();
    const error: Error = await slack.forward({ subject: 's', body: 'b', notice: undefined }).then(
      () => new Error('it was taken'),
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(Temporary);
    expect(error.message).not.toContain('127.0.0.1');
    if (status !== 0) await slack.close();
  });
});

async function openBench() {
  const alerts = dynamoAlertStore(cloud.dynamodb, await cloud.table());
  const sent: Parameters<Topic['publish']>[0][] = [];
  const state = { nowMs: START_MS, broken: false };
  const topic: Topic = {
    async publish(message) {
      if (state.broken) throw new Temporary('publish: busy');
      sent.push(message);
    },
  };
  const tell = tellAlerts({ alerts, topic, policy: alertPolicy(), clock: () => state.nowMs });
  return Object.assign(state, { alerts, sent, tell });
}

let made = 0;

async function openSlack(status: number, value?: string) {
  const posted: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    posted.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.writeHead(status).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T/B/x`;
  const parameterName = `/slack/webhook-${++made}`;
  await cloud.ssm.send(
    new PutParameterCommand({ Name: parameterName, Value: value ?? url, Type: 'String', Overwrite: true }),
  );
  const forward = forwardToSlack({
    parameters: ssmParameterStore(cloud.ssm),
    webhook: httpWebhook,
    parameterName,
  });
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { forward, posted, close };
}
