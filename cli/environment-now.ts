import { readLocalEndpoint } from './connection.ts';
import { localControl } from './control.ts';

/** What time it is where an environment stands (epoch milliseconds): a local one may have a clock of its own. */
export async function environmentNow(environment: string): Promise<number> {
  const local = readLocalEndpoint(environment);
  return local === undefined ? Date.now() : localControl(local).now();
}
