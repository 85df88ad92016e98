import type { FamilyName } from '../../shared/domain/training/families.ts';
import type { ModelFamily } from '../../shared/ports/model-family.ts';
import type { NativePlaces } from '../boosting/family.ts';
import { lightGbmFamily } from '../lightgbm/family.ts';
import { linearFamily } from '../linear/family.ts';
import { stackedFamily } from '../stacked/family.ts';
import { xgBoostFamily } from '../xgboost/family.ts';

type Create = (places: NativePlaces, familyOf: (name: FamilyName) => ModelFamily) => ModelFamily;

const CREATE: Readonly<Record<FamilyName, Create>> = {
  lightgbm: lightGbmFamily,
  xgboost: xgBoostFamily,
  linear: linearFamily,
  stacked: (_, familyOf) => stackedFamily([familyOf('lightgbm'), familyOf('linear')]),
};

/**
 * The model families of a process, each made when it is first asked for. A family whose library is missing is made too:
 * its `availability()` says why it cannot be used.
 *
 * @example modelFamilies({ searchPath, workerFile })('linear').availability() // { available: true }
 */
export function modelFamilies(places: NativePlaces): (name: FamilyName) => ModelFamily {
  const made = new Map<FamilyName, ModelFamily>();
  const familyOf = (name: FamilyName): ModelFamily => {
    const family = made.get(name) ?? CREATE[name](places, familyOf);
    made.set(name, family);
    return family;
  };
  return familyOf;
}
