import { beforeAll, describe, expect, it } from 'vitest';
import { bundles } from '../../../functions/score/bundles.ts';
import { livePointers } from '../../../functions/score/live-model.ts';
import type { LivePointer } from '../../../shared/domain/promotion/registry.ts';
import { Temporary } from '../../../shared/errors.ts';
import type { ModelRegistry } from '../../../shared/ports/model-registry.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { aLivePointer, aModelVersion } from '../../factories/registry.ts';
import { openFiles, trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';

let candidate: Candidate;
beforeAll(async () => {
  candidate = await trainedCandidate(trackerMarket());
});

/** Bundles with a diary of what was read and closed. */
function opened() {
  const read: string[] = [];
  let closed = 0;
  const open = bundles({
    readFiles: async (prefix) => {
      read.push(prefix);
      return candidate.files;
    },
    load: async (files) => {
      const scorer = await openFiles(files);
      return {
        ...scorer,
        close: async () => {
          closed += 1;
          await scorer.close();
        },
      };
    },
  });
  return { open, read, closed: () => closed };
}

describe('bundles', () => {
  it('keeps each by its hash, and nothing that has another', async () => {
    const { open, read, closed } = opened();
    const { bundle_hash } = candidate.bundle;
    const [one, two] = [await open('a/', bundle_hash), await open('a/', bundle_hash)];
    expect(one).toBe(two);
    const other = open('a/', 'b'.repeat(64));
    await expect(other).rejects.toThrow(`a/bundle.json: expected hash ${'b'.repeat(64)}, was ${bundle_hash}`);
    await expect(open('a/', 'b'.repeat(64))).rejects.toMatchObject({ name: 'InvariantViolated' });
    // Read anew each time, since somebody may have repaired it, and never left open.
    expect(read).toHaveLength(3);
    expect(closed()).toBe(2);
  });

  it('opens a bundle once, however many ask', async () => {
    const { open, read } = opened();
    const [one, two] = await Promise.all([open('a/'), open('a/')]);
    expect(one).toBe(two);
    expect(await open('a/')).toBe(one);
    expect(read).toEqual(['a/']);
    expect(one.decision.thresholds).toBeDefined();
    expect(one.reference.features).toHaveLength(78);
  });

  it('keeps the eight last used and closes the rest', async () => {
    const { open, read, closed } = opened();
    for (const name of 'abcdefgh') await open(name);
    await open('a');
    await open('i');
    await open('a');
    expect(read).toEqual([...'abcdefghi']);
    await open('b');
    expect(read.at(-1)).toBe('b');
    await expect.poll(closed).toBe(2);
  });

  it('tries again after a load that failed', async () => {
    let failing = true;
    const open = bundles({
      readFiles: async () => {
        if (failing) throw new Temporary('get object: the service is busy');
        return candidate.files;
      },
      load: openFiles,
    });
    await expect(open('a/')).rejects.toMatchObject({ name: 'Temporary' });
    failing = false;
    expect((await open('a/')).scorer.bundle.version).toBe(candidate.bundle.version);
  });

  it('forgets one that fails after it had to make room, and nobody else', async () => {
    const late = Promise.withResolvers<Candidate['files']>();
    let reads = 0;
    const open = bundles({
      readFiles: (prefix) =>
        prefix === 'a' && reads++ === 0 ? late.promise : Promise.resolve(candidate.files),
      load: openFiles,
    });
    const first = open('a').catch((error: Error) => error.name);
    for (const name of 'bcdefghi') await open(name);
    const again = open('a');
    late.reject(new Temporary('get object: the service is busy'));
    expect(await first).toBe('Temporary');
    await again;
    expect(open('a')).toBe(again);
  });

  it.each([
    ['decision.json', '{"thresholds":{"buy":0.5}}', 'thresholds.sell: '],
    ['decision.json', 'nothing', 'JSON'],
    ['reference.json', '{"schema":1,"rows":1,"features":[]}', 'features: '],
  ])('cannot open one whose %s is not of this code, which no retry mends', async (path, text, said) => {
    const files = new Map(candidate.files).set(path, new TextEncoder().encode(text));
    const open = bundles({ readFiles: async () => files, load: () => openFiles(candidate.files) });
    await expect(open('a/')).rejects.toMatchObject({
      ...{ name: 'InvariantViolated', field: 'a/' },
      message: expect.stringMatching(`^a/: expected a bundle that this code can open, .*${said}`),
    });
  });

  it('cannot open one that does not fit its own reference', async () => {
    const reference = JSON.parse(new TextDecoder().decode(candidate.files.get('reference.json')));
    const short = JSON.stringify({ ...reference, features: reference.features.slice(1) });
    const files = new Map(candidate.files).set('reference.json', new TextEncoder().encode(short));
    const open = bundles({ readFiles: async () => files, load: () => openFiles(candidate.files) });
    await expect(open('a/')).rejects.toMatchObject({ name: 'InvariantViolated' });
  });

  it.each(['model.onnx', 'regime.json', 'decision.json', 'trees.json', 'oof.json'])(
    'does not open a bundle whose %s was changed',
    async (path) => {
      const files = new Map(candidate.files);
      files.set(path, new TextEncoder().encode(`${new TextDecoder().decode(files.get(path))} `));
      const open = bundles({ readFiles: async () => files, load: openFiles });
      await expect(open('a/')).rejects.toMatchObject({
        name: 'InvariantViolated',
        message: expect.stringContaining(path),
      });
    },
  );
});

describe('livePointers', () => {
  it('looks every two seconds, per exchange and target', async () => {
    let nowMs = 0;
    const looked: string[] = [];
    const models = {
      livePointer: async (exchange: string, target: string): Promise<LivePointer> => {
        looked.push(`${exchange} ${target}`);
        return aLivePointer({ revision: looked.length });
      },
      version: async () => aModelVersion(),
    } as Pick<ModelRegistry, 'livePointer' | 'version'>;
    const live = livePointers(models, () => nowMs);
    await live('NSE', 'tb15');
    nowMs = 1999;
    expect((await live('NSE', 'tb15'))?.revision).toBe(1);
    await live('BSE', 'tb15');
    await live('NSE', 'dir5');
    nowMs = 2000;
    expect((await live('NSE', 'tb15'))?.revision).toBe(4);
    expect(looked).toEqual(['NSE tb15', 'BSE tb15', 'NSE dir5', 'NSE tb15']);
  });

  it('names the backend of the version that went live, not of the one before', async () => {
    let version = 'one';
    let nowMs = 0;
    const entries: Record<string, object> = {
      one: { backend: 'sagemaker', endpoint: 'of-one' },
      two: {},
      three: { backend: 'sagemaker', endpoint: 'of-three' },
    };
    const models = {
      livePointer: async () => aLivePointer({ version }),
      version: async (_exchange: string, _target: string, of: string) => ({
        ...aModelVersion(),
        ...entries[of],
      }),
    } as Pick<ModelRegistry, 'livePointer' | 'version'>;
    const live = livePointers(models, () => nowMs);
    const endpoints: (string | null | undefined)[] = [];
    for (version of ['one', 'one', 'two', 'three', 'one']) {
      endpoints.push((await live('NSE', 'tb15'))?.servedBy?.endpoint);
      nowMs += 2000;
    }
    expect(endpoints).toEqual(['of-one', 'of-one', null, 'of-three', 'of-one']);
  });

  it('forgets a look that failed', async () => {
    let calls = 0;
    const models = {
      livePointer: async () => {
        calls += 1;
        if (calls === 1) throw new Temporary('get: busy');
        return undefined;
      },
    } as unknown as ModelRegistry;
    const live = livePointers(models, () => 0);
    await expect(live('NSE', 'tb15')).rejects.toMatchObject({ name: 'Temporary' });
    expect(await live('NSE', 'tb15')).toBeUndefined();
  });
});
