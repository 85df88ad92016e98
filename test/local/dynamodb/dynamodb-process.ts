/** A DynamoDB in a process of its own, to be killed: `node dynamodb-process.ts <directory>` prints its endpoint. */
import { realClock } from '../../../local/clock/switchable.ts';
import { createDynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { serve } from '../sqs/service-server.ts';
import { ACCOUNTS, MOMENTS } from './dynamodb-fixture.ts';

const dynamodb = await createDynamoDb({ directory: process.argv[2] as string, clock: realClock() });
await dynamodb.createTable(ACCOUNTS);
await dynamodb.createTable(MOMENTS);
const server = await serve('/aws/dynamodb', () => dynamodb);
process.stdout.write(`${server.endpoint}\n`);
