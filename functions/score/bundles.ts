import { type Decision, decisionSchema } from '../../shared/domain/scoring/decide.ts';
import { type ReferenceProfile, referenceProfileSchema } from '../../shared/domain/scoring/reference.ts';
import type { Scorer } from '../../shared/ports/model-scorer.ts';

/** A bundle that is loaded whole: its hashes were verified, and no file of another bundle is ever mixed in. */
export interface OpenBundle {
  readonly scorer: Scorer;
  readonly decision: Decision;
  readonly reference: ReferenceProfile;
}

interface Sources {
  readonly readFiles: (prefix: string) => Promise<ReadonlyMap<string, Uint8Array>>;
  readonly load: (files: ReadonlyMap<string, Uint8Array>) => Promise<Scorer>;
}

/** Bundles kept open at once: every exchange's live one, and those being switched. */
const MAX_OPEN = 8;

/** Opens bundles by prefix and keeps the ones last used. A load that failed is tried again. */
export function bundles({ readFiles, load }: Sources) {
  const open = new Map<string, Promise<OpenBundle>>();
  return (prefix: string): Promise<OpenBundle> => {
    const found = open.get(prefix) ?? openBundle(prefix);
    open.delete(prefix);
    open.set(prefix, found);
    for (const oldest of open.keys()) {
      if (open.size <= MAX_OPEN) break;
      // One that is still loading and then fails was told to whoever asked for it.
      open.get(oldest)?.then(
        ({ scorer }) => scorer.close(),
        () => undefined,
      );
      open.delete(oldest);
    }
    return found;
  };

  function openBundle(prefix: string): Promise<OpenBundle> {
    const opening = readBundle(prefix);
    opening.catch(() => {
      if (open.get(prefix) === opening) open.delete(prefix);
    });
    return opening;
  }

  async function readBundle(prefix: string): Promise<OpenBundle> {
    const files = await readFiles(prefix);
    const scorer = await load(files);
    const json = (path: string) => JSON.parse(new TextDecoder().decode(files.get(path)));
    return {
      scorer,
      decision: decisionSchema.parse(json('decision.json')),
      reference: referenceProfileSchema.parse(json('reference.json')),
    };
  }
}
