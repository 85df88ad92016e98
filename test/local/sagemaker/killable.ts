// A SageMaker in a process of its own that can be killed: says the pid of the job it runs.
import { createFixture } from './sagemaker-fixture.ts';

const fixture = createFixture();
fixture.create('orphan', { do: 'wait' });
const look = setInterval(() => {
  const pid = /pid (\d+)/.exec(fixture.log('orphan'))?.[1];
  if (pid === undefined) return;
  clearInterval(look);
  console.log(JSON.stringify({ pid: Number(pid), directory: fixture.directory }));
}, 50);
