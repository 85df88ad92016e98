import { readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

/** A container image as its Dockerfile says it, with the paths of this machine. */
export interface TrainingImage {
  /** What `WORKDIR` stands for: the folder that the Dockerfile lies in. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The program, which must be `node`, and its arguments. */
  readonly entrypoint: readonly string[];
  /** What the image says of itself to SageMaker. */
  readonly labels: Readonly<Record<string, string>>;
}

const INSTRUCTION = /^([A-Z]+)\s+(.+)$/;

/**
 * Reads the Dockerfile of an image asset as far as a process can stand in for a container: `FROM`, `LABEL`, one
 * `WORKDIR`, one `COPY . .`, `ENV name=value`, and an `ENTRYPOINT` of node in its list form. Any other instruction is an
 * error that names it.
 *
 * @example readImage('cdk.out/asset.1234').entrypoint // ['node', 'index.js']
 */
export function readImage(directory: string, dockerFile = 'Dockerfile'): TrainingImage {
  const file = join(directory, dockerFile);
  const folder = resolve(directory);
  let workdir = '';
  let entrypoint: readonly string[] = [];
  const environment: Record<string, string> = {};
  const labels: Record<string, string> = {};
  for (const [name, given] of instructionsOf(readFileSync(file, 'utf8'), file)) {
    if (name === 'WORKDIR') workdir = given;
    else if (name === 'ENV') Object.assign(environment, variableOf(given, file));
    else if (name === 'ENTRYPOINT') entrypoint = programOf(given, file);
    else if (name === 'LABEL') Object.assign(labels, labelOf(given, file));
    else if (name === 'COPY' ? given !== '. .' || workdir === '' : name !== 'FROM') {
      throw wrong(file, 'FROM, LABEL, WORKDIR, then COPY . ., ENV or ENTRYPOINT', `${name} ${given}`);
    }
  }
  if (entrypoint.length === 0) throw wrong(file, 'an ENTRYPOINT', 'none');
  const here = (value: string) => inFolder(value, workdir, folder);
  return {
    folder,
    environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, here(value)])),
    entrypoint: entrypoint.map(here),
    labels,
  };
}

function instructionsOf(text: string, file: string): (readonly [string, string])[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, given] = INSTRUCTION.exec(line) ?? [];
      if (name === undefined || given === undefined) throw wrong(file, 'one instruction a line', line);
      return [name, given.trim()] as const;
    });
}

function variableOf(given: string, file: string): Record<string, string> {
  const [, name, value] = /^(\w+)=(\S*)$/.exec(given) ?? [];
  if (name === undefined || value === undefined) throw wrong(file, 'ENV name=value', `ENV ${given}`);
  return { [name]: value };
}

function labelOf(given: string, file: string): Record<string, string> {
  const [, name, value] = /^([\w.-]+)=(\S*)$/.exec(given) ?? [];
  if (name === undefined || value === undefined) throw wrong(file, 'LABEL name=value', `LABEL ${given}`);
  return { [name]: value };
}

function programOf(given: string, file: string): string[] {
  const program: unknown = given.startsWith('[') ? JSON.parse(given) : undefined;
  if (!Array.isArray(program) || program[0] !== 'node') {
    throw wrong(file, 'ENTRYPOINT ["node", ...]', `ENTRYPOINT ${given}`);
  }
  return program.map(String);
}

/** Paths below the working directory lie in the folder. */
function inFolder(value: string, workdir: string, folder: string): string {
  if (workdir === '') return value;
  return value
    .split(':')
    .map((part) => {
      if (part === workdir) return folder;
      return part.startsWith(`${workdir}/`) ? folder + sep + part.slice(workdir.length + 1) : part;
    })
    .join(':');
}

function wrong(file: string, expected: string, was: string): Error {
  return new Error(`${file}: expected ${expected}, was ${was}`);
}
