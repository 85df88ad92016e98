import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessKey } from '../iam/roles.ts';

export type ApiRole = 'tracker' | 'operator' | 'viewer';

/** What a client needs to reach a running cloud. */
export interface EndpointFile {
  readonly endpoint: string;
  readonly region: string;
  /** Keys of the roles tagged `oi-loop:api-role`; a role the templates lack is absent. */
  readonly keys: Readonly<Partial<Record<ApiRole, AccessKey>>>;
  /** Variables that lead an SDK client here with the operator's role. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stack name -> output name -> value. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pid: number;
  /** Wanted by `/_local/` in the header `x-local-cloud-token`. */
  readonly token: string;
}

const FILE = 'endpoint.json';

/** Writes `<directory>/endpoint.json`, readable by its owner only; whoever waits for it sees all of it or nothing. */
export function writeEndpointFile(directory: string, content: EndpointFile): void {
  const unfinished = join(directory, `${FILE}.part`);
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, join(directory, FILE));
}

/** Reads the file of a running cloud; null when none runs in `directory` (none was started, or it was stopped). */
export function readEndpointFile(directory: string): EndpointFile | null {
  try {
    return JSON.parse(readFileSync(join(directory, FILE), 'utf8')) as EndpointFile;
  } catch {
    return null;
  }
}

export function removeEndpointFile(directory: string): void {
  rmSync(join(directory, FILE), { force: true });
}
