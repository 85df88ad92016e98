import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import type { FifoSettings } from '../../../local/sqs/fifo.ts';
import type { QueueSettings } from '../../../local/sqs/queue.ts';
import { createSqs, type SqsService } from '../../../local/sqs/sqs.ts';
import { clientSettings, type ServiceServer, serve } from './service-server.ts';

export const START_MS = Date.UTC(2025, 11, 4, 4);
export const ACCOUNT = '111122223333';

/** Settings of a queue with 30 s visibility timeout, 4 days retention and no delay. */
export function settings(name: string, changes: Partial<QueueSettings> = {}): QueueSettings {
  return { name, visibilityTimeoutS: 30, retentionS: 345_600, delayS: 0, ...changes };
}

/** A FIFO queue that knows a message again by its body. */
export const FIFO: FifoSettings = {
  contentBasedDeduplication: true,
  deduplicationScope: 'queue',
  throughputLimit: 'perQueue',
};

/** An SQS on a fresh folder behind a real HTTP server, with a simulated clock and an SDK client. */
export class SqsFixture {
  readonly directory = mkdtempSync(join(tmpdir(), 'sqs-'));
  readonly clock: SwitchableClock = simulatedClock(START_MS);
  service: SqsService = this.#open();
  server!: ServiceServer;
  client!: SQSClient;

  static async start(): Promise<SqsFixture> {
    const fixture = new SqsFixture();
    fixture.server = await serve('/aws/sqs', () => fixture.service);
    fixture.client = new SQSClient(clientSettings(fixture.server.endpoint));
    return fixture;
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

  #open(): SqsService {
    return createSqs({
      directory: this.directory,
      clock: this.clock,
      endpoint: () => this.server.endpoint,
      accountId: ACCOUNT,
      region: 'ap-south-1',
    });
  }
}
