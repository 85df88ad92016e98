// Runs before the handler's code in the worker process and in every worker thread it starts (node --import).
import { installDate, setTime, TIME_VARIABLE } from './date.ts';

const inherited = process.env[TIME_VARIABLE];
installDate();
setTime(inherited === undefined ? null : Number(inherited));
