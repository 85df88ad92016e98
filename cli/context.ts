import { SFNClient } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { signedApi } from '../shared/adapters/execute-api/signed-api.ts';
import { RejectedInput } from '../shared/errors.ts';
import type { Api } from '../shared/ports/api.ts';
import { type Connection, connect } from './connection.ts';
import { type Output, openOutput } from './output.ts';

/** What every command gets: how to show things, and how to reach the environment that was named. */
export interface Context {
  readonly output: Output;
  readonly env: string | undefined;
  /** @throws NotFound when the environment does not run and was not deployed. */
  connect(): Connection;
}

/** As the templates want it (infra/settings.ts), and never a path. */
const ENVIRONMENT_NAME = /^[a-z][a-z0-9]{1,15}$/;

/**
 * The context of a command from the program's global options.
 * @throws RejectedInput for an environment that cannot be one.
 */
export function contextOf(command: Command): Context {
  const { env, json } = command.optsWithGlobals<{ env?: string; json?: boolean }>();
  if (env !== undefined && !ENVIRONMENT_NAME.test(env)) {
    throw new RejectedInput(
      `--env: expected 2 to 16 lower-case letters or digits, a letter first, was ${env}`,
      { field: 'env' },
    );
  }
  return { output: openOutput(json === true), env, connect: () => connect(env) };
}

/** The HTTP API as a role; on AWS the SDK's own credential chain signs. */
export function apiAs(connection: Connection, role: 'tracker' | 'operator' | 'viewer'): Api {
  const { region, apiEndpoint } = connection;
  const credentials = connection.keyOf(role) ?? new SFNClient({ region }).config.credentials;
  return signedApi({ endpoint: apiEndpoint, region, credentials });
}
