import { InvariantViolated } from '../../shared/errors.ts';
import type {
  Availability,
  FitRequest,
  FittedModel,
  LabelledMatrix,
  ModelFamily,
} from '../../shared/ports/model-family.ts';
import { checkTraining } from '../families/check-training.ts';
import { scoresLogLoss } from '../families/scores-log-loss.ts';
import { FittedStack } from './fitted-stack.ts';
import { fitLevelOne, type LevelOne } from './level-one.ts';
import { type MemberRequest, outOfFold, seenClasses } from './out-of-fold.ts';
import { parametersByMember, stackSpace } from './parameters.ts';
import { combined } from './stack.ts';

/**
 * A stack of families (Wolpert 1992), itself a family: the members are fitted on all training rows, and combined by what
 * fits on other sessions said of each (level 1).
 *
 * @param members - at least one; rounds are the first one's: it is the one that stops early and reports its rounds
 * @example stackedFamily([lightGbmFamily(places), linearFamily()])
 */
export function stackedFamily(members: readonly ModelFamily[]): ModelFamily {
  const hashes = members.flatMap(({ libraryHash }) => (libraryHash ? [libraryHash] : []));
  return {
    name: 'stacked',
    searchSpace: stackSpace(members),
    availability: () => availabilityOf(members),
    ...(hashes.length > 0 && { libraryHash: () => hashes.map((hash) => hash()).join(' ') }),
    fit: (request) => fitStack(members, request),
    close() {
      for (const member of members) member.close();
    },
  };
}

/** A stack without one of its members would be another model of the same name. */
function availabilityOf(members: readonly ModelFamily[]): Availability {
  for (const member of members) {
    const own = member.availability();
    if (!own.available) return { available: false, reason: `${member.name}: ${own.reason}` };
  }
  return { available: true };
}

async function fitStack(members: readonly ModelFamily[], request: FitRequest): Promise<FittedModel> {
  const { training, validation, signal } = request;
  signal?.throwIfAborted();
  const availability = availabilityOf(members);
  if (!availability.available) throw new InvariantViolated(`stacked: ${availability.reason}`);
  const parameters = parametersByMember(members, request.parameters);
  checkTraining(training);
  const fitted: FittedModel[] = [];
  for (const [at, member] of members.entries()) {
    const onRound = at === 0 ? request.onRound : undefined;
    fitted.push(await member.fit({ ...request, parameters: parameters[at] ?? {}, onRound }));
  }
  const { onRound: _, training: __, validation: ___, ...rest } = request;
  const requests = fitted.map(
    ({ rounds }, at): MemberRequest => ({ ...rest, rounds, parameters: parameters[at] ?? {} }),
  );
  const rows = await outOfFold(members, requests, training);
  const levelOne = await fitLevelOne(rows, seenClasses(training), { signal });
  const losses = validation === null ? [] : [await lossOn(validation, fitted, levelOne)];
  return new FittedStack(fitted, levelOne, losses, cardOf(members, fitted, levelOne, rows.labels.length));
}

async function lossOn(validation: LabelledMatrix, fitted: readonly FittedModel[], levelOne: LevelOne) {
  const scores: Float64Array[] = [];
  for (const member of fitted) scores.push(await member.rawScores(validation));
  return scoresLogLoss(combined(levelOne, scores), validation);
}

function cardOf(
  members: readonly ModelFamily[],
  fitted: readonly FittedModel[],
  { l2 }: LevelOne,
  rows: number,
): FittedModel['card'] {
  const own = members.flatMap(({ name }, at) =>
    Object.entries((fitted[at] as FittedModel).card).map(([key, value]) => [`${name}.${key}`, value]),
  );
  return {
    members: members.map(({ name }) => name).join(' '),
    level_1: l2 === null ? 'equal shares' : 'ridge multinomial on log-probabilities',
    ...(l2 !== null && { level_1_l2: l2 }),
    level_1_rows: rows,
    ...Object.fromEntries(own),
  };
}
