import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ENVIRONMENTS } from '../connection.ts';
import type { Output } from '../output.ts';

interface Played {
  readonly seconds: number;
  readonly report: unknown;
}

/** Which scenes an environment has seen: a scene that was played is not played again, its report is kept. */
export interface ProgressFile {
  /** Plays a scene once, and gives its report, now or from before. */
  scene<Report>(name: string, play: () => Promise<Report>): Promise<Report>;
  /** Seconds each scene took when it was played, by name. */
  seconds(): Readonly<Record<string, number>>;
  /** Scenes found played, by name. */
  readonly reused: readonly string[];
}

/** `key` names what is played (seed, sessions, edge) and is kept at once; another key starts afresh. */
export function openProgress(environment: string, key: string, output: Output): ProgressFile {
  const file = join(ENVIRONMENTS, environment, 'progress.json');
  const before = readBefore(file, key);
  const scenes: Record<string, Played> = { ...before };
  const keep = () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ key, scenes }));
  };
  keep();
  const reused: string[] = [];
  return {
    reused,
    async scene<Report>(name: string, play: () => Promise<Report>): Promise<Report> {
      const found = before[name];
      if (found !== undefined) {
        output.line(`== ${name}: played before, reused`);
        reused.push(name);
        return found.report as Report;
      }
      output.line(`== ${name}`);
      const startedMs = performance.now();
      const report = await play();
      scenes[name] = { seconds: (performance.now() - startedMs) / 1000, report };
      keep();
      return report;
    },
    seconds: () => Object.fromEntries(Object.entries(scenes).map(([name, { seconds }]) => [name, seconds])),
  };
}

function readBefore(file: string, key: string): Readonly<Record<string, Played>> {
  if (!existsSync(file)) return {};
  const before = JSON.parse(readFileSync(file, 'utf8')) as { key: string; scenes: Record<string, Played> };
  return before.key === key ? before.scenes : {};
}

/** The key that an environment was played with; undefined when it is new. */
export function playedKey(environment: string): string | undefined {
  const file = join(ENVIRONMENTS, environment, 'progress.json');
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { key: string }).key;
}
