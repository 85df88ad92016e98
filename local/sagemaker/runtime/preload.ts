// Runs before the image's code in the process of a training job and in every worker thread it starts (node --import).
import { isMainThread } from 'node:worker_threads';
import { installDate, setTime, TIME_VARIABLE } from '../../lambda/runtime/date.ts';
import { installModuleHooks } from '../../lambda/runtime/module-hooks.ts';
import { FOLDER_VARIABLE } from './variables.ts';

const inherited = process.env[TIME_VARIABLE];
installDate();
setTime(inherited === undefined ? null : Number(inherited));
installModuleHooks(process.env[FOLDER_VARIABLE] ?? '', []);

if (isMainThread) {
  process.on('message', ({ nowMs }: { nowMs: number | null }) => setTime(nowMs));
  // The cloud is gone: nobody will ever hear of this job, and the next start runs it again.
  process.on('disconnect', () => process.exit(1));
  process.channel?.unref();
}
