import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { RejectedInput } from '../../shared/errors.ts';
import { contextOf } from '../context.ts';

const BENCHMARKS = join(import.meta.dirname, '..', '..', 'bench');

export function benchCommand(program: Command): void {
  program
    .command('bench')
    .description('run a benchmark; its last line is JSON: {bench, ours, peer, ratio, unit, target}')
    .argument('<name>', 'the benchmark: a file bench/<name>.ts')
    .argument('[arguments...]', 'what the benchmark itself takes, as fuzz --requests 1000 --seed 7')
    .allowUnknownOption()
    .action((name: string, given: string[], _options, command: Command) => {
      const { output } = contextOf(command);
      const known = existsSync(BENCHMARKS)
        ? readdirSync(BENCHMARKS).filter((file) => file.endsWith('.ts'))
        : [];
      if (!known.includes(`${name}.ts`)) {
        const names = known.map((file) => file.slice(0, -3));
        const expected =
          names.length === 0 ? 'a file bench/<name>.ts (there is none yet)' : `one of ${names.join(', ')}`;
        throw new RejectedInput(`bench: expected ${expected}, was ${name}`, { field: 'name' });
      }
      output.line(`benchmark ${name}`);
      const script = join(BENCHMARKS, `${name}.ts`);
      const { status } = spawnSync(process.execPath, [script, ...given], { stdio: 'inherit' });
      process.exitCode = status ?? 1;
    });
}
