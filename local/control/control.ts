import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { SwitchableClock } from '../clock/switchable.ts';
import type { LocalRequest, LocalResponse } from '../service.ts';
import type { SlackSink } from './slack-sink.ts';
import { clockJson, type FedQueue, untilIdle } from './status.ts';

/** Header that carries the control token of the endpoint file. */
export const TOKEN_HEADER = 'x-local-cloud-token';

export interface ControlOptions {
  readonly token: string;
  readonly clock: SwitchableClock;
  readonly slack: SlackSink;
  readonly fedQueues: () => readonly FedQueue[];
  /** What `/_local/status` answers beside the clock. */
  readonly status: () => Readonly<Record<string, unknown>>;
  /** E-mails that SNS has sent, oldest first. */
  readonly outbox: () => readonly unknown[];
}

const LONGEST_WAIT_SECONDS = 240;

const ClockChange = z.union([
  z.strictObject({ mode: z.literal('real') }),
  z.strictObject({ mode: z.literal('simulated'), now: z.iso.datetime({ offset: true }) }),
  z.strictObject({ advance_to: z.iso.datetime({ offset: true }) }),
]);

type Action = (request: LocalRequest, options: ControlOptions) => Promise<LocalResponse> | LocalResponse;

/** Everything below `/_local/`: method and path -> action. */
const ACTIONS: Readonly<Record<string, Action>> = {
  'GET /_local/status': (_, options) =>
    json(200, { ...options.status(), clock: clockJson(options.clock.status()) }),
  'GET /_local/clock': (_, { clock }) => json(200, clockJson(clock.status())),
  'POST /_local/clock': changeClock,
  'GET /_local/idle': waitUntilIdle,
  'GET /_local/slack': (_, { slack }) => json(200, { messages: slack.list() }),
  'POST /_local/slack': receiveSlackMessage,
  'GET /_local/outbox': (_, { outbox }) => json(200, { emails: outbox() }),
};

/** The cloud's own handle for the CLI and for tests. Every action wants the token, save Slack's webhook. */
export async function handleControl(request: LocalRequest, options: ControlOptions): Promise<LocalResponse> {
  const name = `${request.method} ${request.path}`;
  const action = ACTIONS[name];
  if (action === undefined) {
    return json(404, { message: `expected one of ${Object.keys(ACTIONS).join(', ')}, was ${name}` });
  }
  if (name !== 'POST /_local/slack' && !isTokenRight(request, options.token)) {
    return json(403, { message: `expected the token of endpoint.json in the header ${TOKEN_HEADER}` });
  }
  return action(request, options);
}

async function changeClock(request: LocalRequest, { clock }: ControlOptions): Promise<LocalResponse> {
  const change = ClockChange.safeParse(parse(request.body));
  if (!change.success) {
    const forms = '{"mode":"real"}, {"mode":"simulated","now":ISO} or {"advance_to":ISO}';
    return json(400, { message: `expected ${forms}, was ${request.body.toString('utf8', 0, 200)}` });
  }
  try {
    if ('advance_to' in change.data) await clock.advanceTo(Date.parse(change.data.advance_to));
    else if (change.data.mode === 'real') clock.setReal();
    else standAt(clock, Date.parse(change.data.now));
    return json(200, clockJson(clock.status()));
  } catch (error) {
    return json(409, { message: error instanceof Error ? error.message : String(error) });
  }
}

// Only from real time may a clock be set back: who asks for an instant of the past means it.
function standAt(clock: SwitchableClock, ms: number): void {
  if (ms < clock.nowMs()) clock.setReal();
  clock.setSimulated(ms, { rewind: true });
}

async function waitUntilIdle(
  request: LocalRequest,
  { clock, fedQueues }: ControlOptions,
): Promise<LocalResponse> {
  const seconds = Math.min(Number(request.query.get('timeout_seconds') ?? 60) || 0, LONGEST_WAIT_SECONDS);
  const idle = await untilIdle(clock, fedQueues(), seconds * 1000);
  return json(200, { idle, clock: clockJson(clock.status()) });
}

// Answers what Slack answers, so that a client cannot tell.
function receiveSlackMessage(request: LocalRequest, { slack, clock }: ControlOptions): LocalResponse {
  const isTaken = slack.receive(request.body.toString('utf8'), clock.nowMs());
  return {
    status: isTaken ? 200 : 400,
    headers: { 'content-type': 'text/plain' },
    body: isTaken ? 'ok' : 'invalid_payload',
  };
}

function isTokenRight(request: LocalRequest, token: string): boolean {
  const given = Buffer.from(String(request.headers[TOKEN_HEADER] ?? ''));
  const expected = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function json(status: number, body: unknown): LocalResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
