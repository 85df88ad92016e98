/** A process that runs the service until it is killed; `calls` gets one line for each task that begins and ends. */
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { realClock } from '../../../local/clock.ts';
import { createStepFunctions } from '../../../local/stepfunctions/service.ts';

const [directory = '', definition = '', input = ''] = process.argv.slice(2);
const calls = join(directory, 'calls');

const service = createStepFunctions({
  directory,
  clock: realClock(),
  accountId: '000000000000',
  region: 'ap-south-1',
  async invokeTask(_resource, taskArguments, { taskToken }) {
    const { name } = taskArguments as { name: string };
    appendFileSync(calls, `begin ${name} ${taskToken ?? ''}\n`);
    // A task waits until the test opens its gate.
    while (!existsSync(join(directory, `open-${name}`))) await sleep(5);
    appendFileSync(calls, `end ${name}\n`);
    return name;
  },
});

const stateMachineArn = service.createStateMachine({ name: 'machine', definition });
service.resume();
service.onFinished(({ status, output, error, cause }) => {
  appendFileSync(calls, `finished ${JSON.stringify({ status, output, error, cause })}\n`);
});
const known = service.store.executions.list({ machineArn: stateMachineArn, limit: 1 });
if (known.length === 0) service.startExecution({ stateMachineArn, name: 'one', input });
appendFileSync(calls, 'ready\n');
