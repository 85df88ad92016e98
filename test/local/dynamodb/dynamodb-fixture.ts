import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import { createDynamoDb, type DynamoDbService } from '../../../local/dynamodb/dynamodb.ts';
import type { TableDefinition } from '../../../local/dynamodb/tables.ts';
import { clientSettings, type ServiceServer, serve } from '../sqs/service-server.ts';

export const START_MS = Date.UTC(2025, 11, 4, 4);

/** A table keyed by `id` (string) and `at` (number), with the index `by-kind` and expiry by `expires`. */
export const MOMENTS: TableDefinition = {
  name: 'moments',
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'at', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'N' },
    { AttributeName: 'kind', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-kind',
      KeySchema: [
        { AttributeName: 'kind', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
};

/** A table keyed by `id` alone. */
export const ACCOUNTS: TableDefinition = {
  name: 'accounts',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
};

/** A DynamoDB on a fresh folder behind a real HTTP server, with a simulated clock and an SDK client. */
export class DynamoDbFixture {
  readonly directory = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  readonly clock: SwitchableClock = simulatedClock(START_MS);
  service!: DynamoDbService;
  server!: ServiceServer;
  client!: DynamoDBClient;

  static async start(): Promise<DynamoDbFixture> {
    const fixture = new DynamoDbFixture();
    fixture.service = await fixture.#open();
    await fixture.service.createTable(MOMENTS);
    await fixture.service.createTable(ACCOUNTS);
    fixture.server = await serve('/aws/dynamodb', () => fixture.service);
    fixture.client = new DynamoDBClient(clientSettings(fixture.server.endpoint));
    return fixture;
  }

  async restart(): Promise<void> {
    await this.service.close();
    this.service = await this.#open();
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.close();
    await this.service.close();
    rmSync(this.directory, { recursive: true });
  }

  #open(): Promise<DynamoDbService> {
    return createDynamoDb({
      directory: this.directory,
      clock: this.clock,
      accountId: '111122223333',
      region: 'ap-south-1',
    });
  }
}
