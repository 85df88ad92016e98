import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotFound } from '../../shared/errors.ts';
import type { ReplaySources } from './sources.ts';

/** Everything that was read, so that it can be read again without the environment. */
export interface KeptReads {
  /** By `<question> <arguments>`; null where there was nothing. */
  readonly answers: Record<string, unknown>;
  /** Objects of the lake by key. */
  readonly files: Map<string, Uint8Array>;
}

/** The same sources; what they say is kept. */
export function keepingReads(sources: ReplaySources): { sources: ReplaySources; kept: KeptReads } {
  const kept: KeptReads = { answers: {}, files: new Map() };
  const { bucket } = sources;
  const asked = askedOf(async (question, ask) => {
    const answer = await ask(sources);
    kept.answers[question] = answer ?? null;
    return answer;
  });
  const get = async (key: string) => {
    const bytes = await bucket.get(key);
    kept.files.set(key, bytes);
    return bytes;
  };
  return { sources: { ...asked, bucket: { ...asked.bucket, get } }, kept };
}

/** What was kept, read from a folder as `./oi evidence` writes it: `reads.json`, and the objects below `lake/`. */
export function readsOf(folder: string): ReplaySources {
  const file = join(folder, 'reads.json');
  if (!existsSync(file)) {
    throw new NotFound(`--from: expected a folder that ./oi evidence wrote, was ${folder}`, {
      field: 'from',
    });
  }
  const answers = JSON.parse(readFileSync(file, 'utf8')) as KeptReads['answers'];
  const asked = askedOf(async (question) => {
    if (question in answers) return answers[question] ?? undefined;
    throw new NotFound(`${file}: expected ${question}, was not read when the evidence was written`);
  });
  const get = async (key: string) => {
    const path = join(folder, 'lake', key);
    if (!existsSync(path)) throw new NotFound(`${path}: expected a file of the lake, was none`);
    return Uint8Array.from(readFileSync(path));
  };
  return { ...asked, bucket: { ...asked.bucket, get } };
}

type Ask = (sources: ReplaySources) => Promise<unknown>;

/** Every question that sources are asked, in words. The answers are rows of JSON. */
function askedOf(answer: (question: string, ask: Ask) => Promise<unknown>) {
  const through = <Answer>(words: readonly string[], ask: (sources: ReplaySources) => Promise<Answer>) =>
    answer(words.join(' '), ask) as Promise<Answer>;
  const {
    registry,
    summaries,
    models,
    bucket,
  }: Omit<ReplaySources, 'bucket'> & {
    bucket: Pick<ReplaySources['bucket'], 'list'>;
  } = {
    registry: {
      dayFile: (...args) => through(['dayFile', ...args], (one) => one.registry.dayFile(...args)),
      batches: (...args) => through(['batches', ...args], (one) => one.registry.batches(...args)),
    },
    summaries: {
      between: (...args) => through(['between', ...args], (one) => one.summaries.between(...args)),
      fixed: (...args) => through(['fixed', ...args], (one) => one.summaries.fixed(...args)),
    },
    models: {
      version: (...args) => through(['version', ...args], (one) => one.models.version(...args)),
      history: (...args) => through(['history', ...args], (one) => one.models.history(...args)),
    },
    bucket: { list: (prefix) => through(['list', prefix], (one) => one.bucket.list(prefix)) },
  };
  return { registry, summaries, models, bucket };
}
