// Runs before the handler's code in the worker process and in every worker thread it starts (node --require).
import { delimiter } from 'node:path';
import { installDate, setTime, TIME_VARIABLE } from './date.ts';
import { installModuleHooks } from './module-hooks.ts';

export { serve } from './main.ts';

const inherited = process.env[TIME_VARIABLE];
installDate();
setTime(inherited === undefined ? null : Number(inherited));
const layerModules = (process.env['NODE_PATH'] ?? '').split(delimiter);
installModuleHooks(process.env['LAMBDA_TASK_ROOT'] ?? '', layerModules);
