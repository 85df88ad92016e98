import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import type { Payload } from '../../../local/sns/notification.ts';
import { createSns, type SnsService } from '../../../local/sns/sns.ts';
import { clientSettings, type ServiceServer, serve } from '../sqs/service-server.ts';

export const START_MS = Date.UTC(2025, 11, 4, 4);
export const QUEUE_ARN = 'arn:aws:sqs:ap-south-1:111122223333:alerts';
export const FUNCTION_ARN = 'arn:aws:lambda:ap-south-1:111122223333:function:slack';

export interface Delivered {
  readonly protocol: string;
  readonly endpoint: string;
  readonly payload: Payload;
  readonly atMs: number;
}

/** An SNS on a fresh folder behind a real HTTP server; `delivered` is what functions and queues got. */
export class SnsFixture {
  readonly directory = mkdtempSync(join(tmpdir(), 'sns-'));
  readonly clock: SwitchableClock = simulatedClock(START_MS);
  readonly delivered: Delivered[] = [];
  /** How many deliveries from now on fail. */
  failures = 0;
  attempts = 0;
  service: SnsService = this.#open();
  server!: ServiceServer;
  client!: SNSClient;

  static async start(): Promise<SnsFixture> {
    const fixture = new SnsFixture();
    fixture.server = await serve('/aws/sns', () => fixture.service);
    fixture.client = new SNSClient(clientSettings(fixture.server.endpoint));
    return fixture;
  }

  /** Runs what is due now and waits until nothing is under way. */
  settle(): Promise<void> {
    return this.clock.advanceTo(this.clock.nowMs());
  }

  emails(): string[] {
    const outbox = join(this.directory, 'outbox');
    return readdirSync(outbox)
      .filter((name) => name.endsWith('.eml'))
      .sort()
      .map((name) => readFileSync(join(outbox, name), 'utf8'));
  }

  async restart(): Promise<void> {
    await this.service.close();
    this.service = this.#open();
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.close();
    await this.service.close();
    rmSync(this.directory, { recursive: true });
  }

  #open(): SnsService {
    return createSns({
      directory: this.directory,
      clock: this.clock,
      accountId: '111122223333',
      region: 'ap-south-1',
      deliver: async (protocol, endpoint, payload) => {
        this.attempts += 1;
        if (this.failures > 0) {
          this.failures -= 1;
          throw new Error('endpoint is down');
        }
        this.delivered.push({ protocol, endpoint, payload, atMs: this.clock.nowMs() });
      },
    });
  }
}
