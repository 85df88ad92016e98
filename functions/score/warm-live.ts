import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { LivePointer } from '../../shared/domain/promotion/registry.ts';
import type { OpenBundle } from './bundles.ts';

interface Ports {
  readonly livePointer: (exchange: Exchange, target: string) => Promise<LivePointer | undefined>;
  readonly openBundle: (prefix: string, bundleHash: string) => Promise<OpenBundle>;
  readonly exchanges: readonly Exchange[];
  readonly target: string;
  /** Hears of what could not be opened; whoever asks for it will hear of it too. */
  readonly onFault: (error: Error) => void;
}

/**
 * Opens what is live while the function starts, so that the first question finds it open. What is live is what the
 * pointers of the configured exchanges say. One bundle after the other: a question that comes meanwhile opens its own
 * beside at most one other. Never rejects.
 */
export async function warmLive({ exchanges, target, onFault, ...models }: Ports): Promise<void> {
  const pointers = await Promise.all(
    exchanges.map((exchange) =>
      models.livePointer(exchange, target).catch((error: Error) => {
        onFault(error);
        return undefined;
      }),
    ),
  );
  for (const pointer of pointers) {
    if (pointer === undefined) continue;
    await models.openBundle(pointer.bundle_prefix, pointer.bundle_hash).catch(onFault);
  }
}
