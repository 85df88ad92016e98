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
    .action((name: string, _options, command: Command) => {
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
      const { status } = spawnSync(process.execPath, [join(BENCHMARKS, `${name}.ts`)], { stdio: 'inherit' });
      process.exitCode = status ?? 1;
    });
}
