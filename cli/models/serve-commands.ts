import { Argument, type Command } from 'commander';
import { BACKENDS, type Backend } from '../../shared/domain/market/backend.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Api } from '../../shared/ports/api.ts';
import { apiAs, contextOf } from '../context.ts';
import { listModels } from './registry-api.ts';
import { wantedVersion } from './reproduce.ts';
import { assertInService, endpointName, removeEndpoint, serveVersion, servingOf } from './serve.ts';

interface Chosen {
  readonly endpoint?: string;
  readonly operator: string;
  readonly reason: string;
}

/** `models serve` and `models backend`: an endpoint for a version, and who computes its answers. */
export function serveCommands(models: Command): void {
  versioned(
    models,
    'serve',
    'deploy a version as a SageMaker endpoint, or take it away; answers stay as they are',
  )
    .option('--remove', 'take the endpoint away')
    .action(
      async (exchange: Exchange, version: string, { remove }: { remove?: boolean }, command: Command) => {
        const { output, connect } = contextOf(command);
        const connection = connect();
        const known = await versionsOf(apiAs(connection, 'operator'), exchange, command);
        const row = wantedVersion(known, version, exchange);
        const serving = servingOf(connection);
        if (remove) {
          const endpoint = await removeEndpoint(serving, row, known);
          output.line(`${endpoint}: removed, with its configuration and model`);
          return output.result({ ok: true, endpoint, removed: true });
        }
        const served = await serveVersion(serving, row, (text) => output.line(text));
        output.line(`${served.endpoint}: in service (${served.instance_type})`);
        output.line(
          `to let it answer: ./oi models backend ${exchange} ${version} sagemaker --operator NAME --reason TEXT`,
        );
        output.result({ ok: true, ...served });
      },
    );
  versioned(
    models,
    'backend',
    'choose who computes the answers of a version: the bundle in process, or an endpoint',
  )
    .addArgument(new Argument('<backend>').choices([...BACKENDS]))
    .option('--endpoint <name>', "with sagemaker: the endpoint; the version's own when left out")
    .requiredOption('--operator <name>', 'who decides')
    .requiredOption('--reason <text>', 'why')
    .action(
      async (exchange: Exchange, version: string, backend: Backend, chosen: Chosen, command: Command) => {
        const { output, connect } = contextOf(command);
        const connection = connect();
        const api = apiAs(connection, 'operator');
        const row = wantedVersion(await versionsOf(api, exchange, command), version, exchange);
        if (backend === 'onnx' && chosen.endpoint !== undefined) {
          throw new RejectedInput('--endpoint: expected none with onnx', { field: 'endpoint' });
        }
        const { operator, reason } = chosen;
        const body = { exchange, target: row.target, version: row.version, backend, operator, reason };
        let endpoint: string | undefined;
        if (backend === 'sagemaker') {
          const serving = servingOf(connection);
          endpoint = chosen.endpoint ?? endpointName(serving.settings.prefix, row);
          await assertInService(serving.endpoints, endpoint);
        }
        const path = '/v1/backend';
        const entry = await api.call<ModelVersion>({ method: 'POST', path, body: { ...body, endpoint } });
        output.line(
          `${exchange} ${entry.version}: answered by ${endpoint ?? 'the bundle in process'} within two seconds`,
        );
        output.result({ ok: true, model: entry });
      },
    );
}

function versioned(models: Command, name: string, description: string): Command {
  return models
    .command(name)
    .description(description)
    .addArgument(new Argument('<exchange>').choices([...EXCHANGES]))
    .argument('<version>', 'a registered version');
}

async function versionsOf(api: Api, exchange: Exchange, command: Command): Promise<readonly ModelVersion[]> {
  const { target } = command.optsWithGlobals<{ target: string }>();
  return (await listModels(api, { exchange, target })).models;
}
