/** An SQS in a process of its own, to be killed: `node sqs-process.ts <directory>` prints its endpoint. */
import { realClock } from '../../../local/clock/switchable.ts';
import { createSqs } from '../../../local/sqs/sqs.ts';
import { serve } from './service-server.ts';
import { settings } from './sqs-fixture.ts';

const directory = process.argv[2] as string;
const sqs = createSqs({
  directory,
  clock: realClock(),
  endpoint: () => server.endpoint,
  accountId: '111122223333',
  region: 'ap-south-1',
});
sqs.createQueue(settings('jobs'));
const server = await serve('/aws/sqs', () => sqs);
process.stdout.write(`${server.endpoint}\n`);
