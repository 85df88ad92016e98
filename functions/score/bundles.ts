import * as z from 'zod';
import { type Decision, decisionSchema } from '../../shared/domain/scoring/decide.ts';
import { type ReferenceProfile, referenceProfileSchema } from '../../shared/domain/scoring/reference.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { Scorer } from '../../shared/ports/model-scorer.ts';
import { warmUp } from './warm-up.ts';

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

/**
 * Opens bundles and keeps the ones last used, each by its hash: of the bytes below a prefix those that were registered,
 * and no others. One that is open has answered already. A load that failed, or found another bundle, is tried again.
 */
export function bundles({ readFiles, load }: Sources) {
  const open = new Map<string, Promise<OpenBundle>>();
  return (prefix: string, bundleHash?: string): Promise<OpenBundle> => {
    const key = `${prefix}#${bundleHash ?? ''}`;
    const found = open.get(key) ?? openBundle(key, prefix, bundleHash);
    open.delete(key);
    open.set(key, found);
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

  function openBundle(key: string, prefix: string, bundleHash: string | undefined): Promise<OpenBundle> {
    const opening = readBundle(prefix, bundleHash);
    opening.catch(() => {
      if (open.get(key) === opening) open.delete(key);
    });
    return opening;
  }

  async function readBundle(prefix: string, bundleHash: string | undefined): Promise<OpenBundle> {
    const files = await readFiles(prefix);
    const scorer = await load(files).catch((error: unknown) => {
      throw unusable(prefix, error);
    });
    try {
      assertRegistered(scorer, prefix, bundleHash);
      const json = (path: string) => JSON.parse(new TextDecoder().decode(files.get(path)));
      const bundle = {
        scorer,
        decision: decisionSchema.parse(json('decision.json')),
        reference: referenceProfileSchema.parse(json('reference.json')),
      };
      await warmUp(bundle);
      return bundle;
    } catch (error) {
      await scorer.close();
      throw unusable(prefix, error);
    }
  }
}

/** Once its files are read, what keeps a bundle from being opened is in them, and will not pass by itself. */
function unusable(prefix: string, error: unknown): InvariantViolated {
  if (error instanceof InvariantViolated) return error;
  const [issue] = error instanceof z.ZodError ? error.issues : [];
  const said = issue === undefined ? (error as Error).message : `${issue.path.join('.')}: ${issue.message}`;
  const message = `${prefix}: expected a bundle that this code can open, was another (${said})`;
  return new InvariantViolated(message, { field: prefix, cause: error });
}

function assertRegistered({ bundle }: Scorer, prefix: string, expected: string | undefined): void {
  if (expected === undefined || bundle.bundle_hash === expected) return;
  const field = `${prefix}bundle.json`;
  throw new InvariantViolated(`${field}: expected hash ${expected}, was ${bundle.bundle_hash}`, { field });
}
