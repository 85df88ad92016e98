// Runs the local cloud as a process of its own: one JSON line when it is ready, a clean end on SIGTERM.
import { parseArgs } from 'node:util';
import { createClock } from './clock/switchable.ts';
import { startCloud } from './start.ts';

const { values } = parseArgs({
  options: {
    'cdk-out': { type: 'string', default: 'cdk.out' },
    directory: { type: 'string', default: '.oi' },
    port: { type: 'string' },
    /** ISO 8601: the clock stands at this instant until it is moved. */
    simulated: { type: 'string' },
  },
});

function clockOptions() {
  const onTaskError = (error: unknown) => console.error(error);
  if (values.simulated === undefined) return createClock({ mode: 'real' }, { onTaskError });
  const nowMs = Date.parse(values.simulated);
  if (Number.isNaN(nowMs)) throw new Error(`--simulated: expected an ISO 8601 time, was ${values.simulated}`);
  return createClock({ mode: 'simulated', nowMs }, { onTaskError });
}

function portOption() {
  if (values.port === undefined) return {};
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port: expected 0 to 65535, was ${values.port}`);
  }
  return { port };
}

async function main(): Promise<void> {
  const clock = clockOptions();
  const cloud = await startCloud({
    cdkOut: values['cdk-out'],
    directory: values.directory,
    clock,
    ...portOption(),
  });
  let isEnding = false;
  const end = async () => {
    if (isEnding) return;
    isEnding = true;
    await cloud.close();
    clock.close();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  const { endpoint, outputs } = cloud;
  console.log(
    JSON.stringify({ ready: true, endpoint, directory: values.directory, pid: process.pid, outputs }),
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
