import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { importPrefix } from '../../shared/domain/lake/paths.ts';
import { counted } from '../../shared/domain/market/counted.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { sha256Hex } from '../../shared/domain/training/bundle.ts';
import {
  type ImportManifest,
  importedFiles,
  MANIFEST_FILE,
  readImportManifest,
} from '../../shared/domain/training/import-manifest.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Connection } from '../connection.ts';
import { machineFailure, runMachine } from '../executions.ts';
import type { Output } from '../output.ts';

/** What a bundle may weigh when a Lambda is to open it within a cold start. */
const MOST_BYTES = 200e6;

export interface Brought {
  readonly manifest: ImportManifest;
  /** By name, the manifest among them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads a model's folder, its manifest, or its model file with the manifest beside it (`model.json` beside `model.onnx`,
 * else manifest.json).
 * @throws RejectedInput naming the file that is missing, or the field of the manifest that is wrong
 */
export function readImport(path: string): Brought {
  const found = manifestAt(path);
  const folder = dirname(found);
  const text = readFileSync(found);
  const manifest = readImportManifest(text.toString('utf8'));
  const files = new Map<string, Uint8Array>([[MANIFEST_FILE, text]]);
  for (const name of importedFiles(manifest)) {
    const file = join(folder, name);
    if (!existsSync(file)) {
      throw new RejectedInput(
        `${name}: expected beside ${basename(found)}, was absent in ${folder}; put it there, or name it as it is`,
        { field: name },
      );
    }
    files.set(name, readFileSync(file));
  }
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  if (bytes > MOST_BYTES) {
    throw new RejectedInput(
      `${path}: expected at most ${MOST_BYTES / 1e6} MB, was ${Math.ceil(bytes / 1e6)} MB; train it with fewer trees`,
      { field: 'model' },
    );
  }
  return { manifest, files };
}

function manifestAt(path: string): string {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const beside = path.replace(/\.[^./]+$/, '.json');
  const candidates = isFolder ? [join(path, MANIFEST_FILE)] : [beside, join(dirname(path), MANIFEST_FILE)];
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined && (isFolder || existsSync(path))) return found;
  throw new RejectedInput(
    `${path}: expected a folder with ${MANIFEST_FILE}, or a model with its manifest beside it, was ` +
      `${existsSync(path) ? `no manifest (${candidates.join(', ')})` : 'nothing'}; clients/python/export_tracker_model.py writes ` +
      'such a folder',
    { field: 'model' },
  );
}

/** What the import machine answered; see infra/machines/import.ts. */
export interface Imported extends Record<string, unknown> {
  readonly import: {
    readonly version: string;
    readonly target: string;
    readonly family: string;
    readonly dataset_version: string;
    readonly trained_through: string;
    readonly tuning_sessions: number;
    readonly held_out_sessions: number;
    readonly held_out_log_loss: number;
    readonly base_log_loss: number;
    readonly thresholds: string;
    readonly created: boolean;
  };
  readonly evaluate: {
    readonly pass: boolean;
    readonly failed: readonly string[];
    readonly verdict_key: string;
  };
}

export interface ImportOptions {
  readonly exchange: Exchange;
  readonly operator: string;
  readonly dataset: string | undefined;
}

/**
 * Puts the files into the lake, by content, and runs the import machine on them.
 * @throws RejectedInput with what is wrong with the model, NotFound for a dataset there is not
 */
export async function runImport(
  connection: Connection,
  lake: ObjectStore,
  { manifest, files }: Brought,
  options: ImportOptions,
  output: Output,
): Promise<Imported> {
  const { importMachineArn, name } = connection;
  if (importMachineArn === undefined) {
    throw new RejectedInput(
      `environment ${name}: expected the stack output ImportMachineArn, was none; start or deploy it again`,
    );
  }
  const hashes = [...files].map(([file, bytes]) => `${file} ${sha256Hex(bytes)}`).sort();
  const prefix = importPrefix(options.exchange, sha256Hex(hashes.join('\n')));
  for (const [file, bytes] of files) await lake.put(`${prefix}${file}`, bytes);
  const started = performance.now();
  const input = {
    exchange: options.exchange,
    prefix,
    by: options.operator,
    ...(options.dataset === undefined ? {} : { dataset_version: options.dataset }),
  };
  const ended = await runMachine(connection, importMachineArn, input, (state) => {
    if (performance.now() - started > 2000) output.line(`  ${state} ...`);
  });
  if (ended.status === 'SUCCEEDED') return ended.output as Imported;
  throw machineFailure(`import ${manifest.family}`, ended);
}

export function showImported(exchange: Exchange, { import: made, evaluate }: Imported, output: Output): void {
  const again = made.created ? '' : ' (imported before)';
  output.line(`${exchange}: candidate ${made.version} of ${made.family}${again}`);
  output.line(
    `  judged on ${counted(made.held_out_sessions, 'session')} of dataset ${made.dataset_version}, after ${made.trained_through}` +
      ` and ${made.tuning_sessions} for thresholds (${made.thresholds})`,
  );
  output.line(
    `  log-loss there ${made.held_out_log_loss.toFixed(4)}; always saying the base rates ${made.base_log_loss.toFixed(4)}`,
  );
  output.line(`  gate: ${evaluate.pass ? 'PASS' : `REFUSED by ${evaluate.failed.join(', ')}`}`);
  output.line(
    `  look at it: ./oi models report ${exchange} ${made.version}; make it live: ./oi promote ${exchange} ${made.version} ` +
      `--operator NAME --reason TEXT${evaluate.pass ? '' : ' --override'}`,
  );
}
