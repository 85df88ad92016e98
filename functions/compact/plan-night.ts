import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { isTradingDay } from '../../shared/domain/market/calendar.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import type { FamilyName } from '../../shared/domain/training/families.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';

export interface NightRequest {
  readonly date?: string | undefined;
  readonly exchanges?: readonly Exchange[] | undefined;
  readonly train?: boolean | undefined;
  /** Id of the feature set to learn from; the training set when left out. */
  readonly feature_set?: string | undefined;
  /** The model family of the candidates; the training policy's when left out. */
  readonly family?: FamilyName | undefined;
  /** What candidates are trained for; the training policy's list when left out. */
  readonly targets?: readonly string[] | undefined;
  readonly scheduled_time?: string | undefined;
}

/** What tonight consists of. */
export interface Night {
  readonly date: string;
  /** There is data to work on. */
  readonly trading_day: boolean;
  /** The calendar has a session on the date: without data, somebody must look. */
  readonly session: boolean;
  /** Exchanges with data in the lake for the date. */
  readonly exchanges: readonly Exchange[];
  readonly train: boolean;
  /** Id of the feature set that the dataset and the candidates are made of. */
  readonly feature_set: string;
  /** The model family of the candidates. */
  readonly family: FamilyName;
  /** What they are trained for, one after the other. */
  readonly targets: readonly string[];
}

interface Ports {
  readonly registry: BatchRegistry;
  readonly rules: ExchangesRules;
  /** The sets that are made of every day. */
  readonly lakeSets: readonly FeatureSet[];
  readonly trainingSet: FeatureSet;
  readonly trainingFamily: FamilyName;
  readonly trainingTargets: readonly string[];
  readonly clock: Clock;
}

/**
 * Decides the date, whether there was a session, and which exchanges have data for it.
 * @throws RejectedInput when exchanges were named and one of them has no data for the date, or a feature set that is
 * not made of every day, or a target there is not.
 */
export function planNight({ registry, rules, clock, trainingFamily, trainingTargets, ...sets }: Ports) {
  return async (request: NightRequest): Promise<Night> => {
    const feature_set = learntFrom(sets, request.feature_set);
    const targets = (request.targets ?? trainingTargets).map((name) => targetNamed(name).name);
    const scheduledMs = request.scheduled_time === undefined ? clock() : epochMs(request.scheduled_time);
    const date = request.date ?? sessionDate(scheduledMs);
    const wanted = request.exchanges ?? EXCHANGES.filter((exchange) => isTradingDay(date, rules[exchange]));
    const exchanges: Exchange[] = [];
    for (const exchange of wanted) {
      if ((await registry.snapshotCount(exchange, date)) > 0) exchanges.push(exchange);
      else if (request.exchanges !== undefined) throw nothingFor(exchange, date);
    }
    return {
      date,
      trading_day: exchanges.length > 0,
      session: wanted.length > 0,
      exchanges,
      train: request.train ?? true,
      feature_set,
      family: request.family ?? trainingFamily,
      targets,
    };
  };
}

function learntFrom(
  { lakeSets, trainingSet }: Pick<Ports, 'lakeSets' | 'trainingSet'>,
  asked?: string,
): string {
  const known = lakeSets.map(({ id }) => id);
  const id = asked ?? trainingSet.id;
  if (known.includes(id)) return id;
  throw new RejectedInput(
    `feature_set: expected one of ${known.join(', ')}, was ${id}; the lake has others once config/features.json names them`,
    { field: 'feature_set' },
  );
}

function nothingFor(exchange: Exchange, date: string): RejectedInput {
  return new RejectedInput(
    `exchanges: expected snapshots of ${exchange} on ${date}, was none; backfill them first`,
    {
      field: 'exchanges',
    },
  );
}
