import { InvariantViolated } from '../../shared/errors.ts';
import type { NativePlaces } from '../boosting/family.ts';
import { findLibrary } from '../boosting/find-library.ts';
import { NativeThread } from '../boosting/thread.ts';
import type { MemberOracle } from '../mixture/exactness.ts';

/** LightGBM as the word on what a model text says: it reads the text itself. */
export interface TextLibrary extends Disposable {
  /** @param trees - in the text; `classes` scores a row */
  oracle(text: string, trees: number, classes: number): MemberOracle;
}

/** @throws InvariantViolated when the library is absent, saying where it was looked for */
export function lightGbmTexts({ searchPath, workerFile }: NativePlaces): TextLibrary {
  const name = 'lightgbm';
  const found = findLibrary(name, searchPath);
  if (!found.available) throw new InvariantViolated(`${name}: ${found.reason}`);
  const { library, openmp } = found;
  const thread = new NativeThread({ name, library, openmp }, workerFile);
  return {
    oracle: (text, trees, classes) => {
      const ask =
        (kind: 'raw' | 'leaf', width: number) => (matrix: Parameters<MemberOracle['rawScores']>[0]) =>
          thread.predict({
            ...{ text, kind, width, features: matrix.values, rows: matrix.rows, columns: matrix.columns },
          });
      return { rawScores: ask('raw', classes), leaves: ask('leaf', trees) };
    },
    [Symbol.dispose]: () => thread[Symbol.dispose](),
  };
}
