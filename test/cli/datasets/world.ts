import type { DatasetStore } from '../../../cli/datasets/store.ts';
import { type Output, openOutput } from '../../../cli/output.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { openPorts, type Ports, stagesOf } from '../../functions/pipeline.ts';

export const DATE = '2025-12-04';
export const SESSION = aSession({ minutes: 100 });

/** A lake on the embedded cloud with its stages and a clock that tests move, as the CLI's commands see it. */
export interface DatasetWorld {
  readonly store: DatasetStore;
  readonly ports: Ports;
  nowMs: number;
  /** Writes snapshots, then works up their day. */
  workUp(snapshots: readonly StoredSnapshot[], date?: string): Promise<void>;
  /** Makes the dataset of DATE. @returns its version. */
  build(): Promise<string>;
}

export async function openWorld(cloud: EmbeddedCloud): Promise<DatasetWorld> {
  const world = { nowMs: Date.UTC(2025, 11, 4, 10, 30) } as {
    -readonly [K in keyof DatasetWorld]: DatasetWorld[K];
  };
  const ports = { ...(await openPorts(cloud)), clock: () => world.nowMs };
  const stages = stagesOf(ports);
  return Object.assign(world, {
    ports,
    store: ports,
    async workUp(snapshots: readonly StoredSnapshot[], date = DATE) {
      await stages.write(snapshots);
      await stages.compact('NSE', date);
      await stages.feature('NSE', date);
      await stages.label('NSE', date);
    },
    build: async () => (await stages.dataset({ date: DATE, exchanges: ['NSE'] })).version,
  });
}

/** The same snapshots as recorded at a moment. */
export function recordedAt(snapshots: readonly StoredSnapshot[], ms: number): StoredSnapshot[] {
  return snapshots.map((snapshot) => ({ ...snapshot, recorded_at: utcIso(ms) }));
}

/** What a command says, as text. */
export function aScreen(): { output: Output; text: () => string } {
  const words: string[] = [];
  const stream = { write: (more: string) => words.push(more) > 0 } as unknown as typeof process.stdout;
  return { output: openOutput(false, stream, stream as never), text: () => words.join('') };
}

export { type EmbeddedCloud, startEmbeddedCloud };
