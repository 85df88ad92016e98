import { connect, type LocalEndpoint } from '../../cli/connection.ts';
import { localControl } from '../../cli/control.ts';
import { lakeArrival } from '../../cli/lake-arrival.ts';
import { startLocalCloud, stopLocalCloud } from '../../cli/local-cloud.ts';
import { openOutput } from '../../cli/output.ts';
import { postSnapshots } from '../../cli/post-snapshots.ts';
import { signedApi } from '../../shared/adapters/execute-api/signed-api.ts';
import { epochMs, MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import { InvariantViolated } from '../../shared/errors.ts';

export const BENCH_ENVIRONMENT = 'bench';

/** The clock stands before the first session of a benchmark; it only goes forwards. */
const START = '2026-01-05T09:00:00+05:30';
/** After this long a session's snapshots belong to no online window, and the batch window of a minute is over. */
const AFTER_CLOSE_MS = 120 * MINUTE_MS;
const BATCH_WINDOW_MS = 2 * MINUTE_MS;
const IDLE_WITHIN_S = 300;

export interface BenchCloud {
  /**
   * Posts a session after its close; seconds until each snapshot is in a registered micro-batch.
   * @throws InvariantViolated when the API refuses one.
   */
  ingest(snapshots: readonly ChainSnapshot[]): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a local cloud with a simulated clock, so that no batch window is waited for. */
export async function openCloud(name: string): Promise<BenchCloud> {
  // As for machines: what it says on the way goes to the error stream.
  const local = await startLocalCloud(name, { simulated: START }, openOutput(true));
  return { ingest: ingestInto(name, local), stop: async () => void (await stopLocalCloud(name)) };
}

function ingestInto(name: string, local: LocalEndpoint): BenchCloud['ingest'] {
  const control = localControl(local);
  const connection = connect(name);
  const api = signedApi({
    endpoint: connection.apiEndpoint,
    region: local.region,
    credentials: local.keys.tracker,
  });
  return async (snapshots) => {
    const arrival = lakeArrival(connection);
    const postedAtMs = epochMs(snapshots.at(-1)!.timestamp) + AFTER_CLOSE_MS;
    await control.stand(utcIso(postedAtMs));
    const startMs = performance.now();
    const { rejected } = await postSnapshots(api, snapshots, undefined, (one) => arrival.expect(one));
    if (rejected.length > 0) {
      throw new InvariantViolated(
        `snapshots: expected all to be accepted, was ${rejected.length} refused: ${rejected[0]!.reason}`,
      );
    }
    await control.advanceTo(utcIso(postedAtMs + BATCH_WINDOW_MS));
    await control.untilIdle(IDLE_WITHIN_S);
    await arrival.untilArrived(() => {});
    return (performance.now() - startMs) / 1000;
  };
}
