import type { Api } from '../../shared/ports/api.ts';
import type { Connection, LocalEndpoint } from '../connection.ts';
import { apiAs } from '../context.ts';
import { type LocalControl, localControl } from '../control.ts';
import type { Output } from '../output.ts';
import type { Script } from './script.ts';

/** Everything a scene of the demo plays with. */
export interface Setting {
  readonly script: Script;
  readonly connection: Connection;
  readonly tracker: Api;
  readonly viewer: Api;
  readonly control: LocalControl;
  readonly output: Output;
}

export function setting(
  script: Script,
  connection: Connection,
  local: LocalEndpoint,
  output: Output,
): Setting {
  return {
    script,
    connection,
    tracker: apiAs(connection, 'tracker'),
    viewer: apiAs(connection, 'viewer'),
    control: localControl(local),
    output,
  };
}
