import koffi, { type LibraryHandle } from 'koffi';
import { InvariantViolated } from '../../shared/errors.ts';

/** A pointer that belongs to a library; null once it is freed. */
export type Pointer = bigint | null;

type Call = (...values: readonly unknown[]) => number;
export type Calls<Name extends string> = { readonly [name in Name]: Call };

/**
 * Binds functions of a native library that return 0 or fail. Each call throws with the library's own words then.
 * Calls block and keep their error per thread: use them in a worker thread only.
 *
 * @param signatures - C parameters by function name
 * @param lastError - the name of the function that tells the last error
 * @throws InvariantViolated naming the file, when it cannot be loaded
 */
export function bindLibrary<Name extends string>(
  file: string,
  openmp: string | null,
  signatures: Readonly<Record<Name, string>>,
  lastError: string,
): Calls<Name> {
  // Spinning OpenMP threads turn seconds into minutes on shared cores; read once, when libgomp loads.
  process.env['OMP_WAIT_POLICY'] = 'PASSIVE';
  const library = open(file, openmp);
  const said = library.func(`const char *${lastError}()`) as () => string;
  const bind = (name: string, parameters: string): Call => {
    const call = library.func(`int ${name}(${parameters})`);
    return (...values) => {
      const status = call(...values) as number;
      if (status !== 0) throw new InvariantViolated(`${name}: expected success, was: ${said()}`);
      return status;
    };
  };
  const bound = Object.entries<string>(signatures).map(([name, parameters]) => [
    name,
    bind(name, parameters),
  ]);
  return Object.fromEntries(bound) as Calls<Name>;
}

function open(file: string, openmp: string | null): LibraryHandle {
  try {
    if (openmp !== null) koffi.load(openmp, { global: true });
    return koffi.load(file);
  } catch (cause) {
    throw new InvariantViolated(`${file}: expected a loadable library, was: ${String(cause)}`, { cause });
  }
}

/** A native object that is freed exactly once; using it afterwards throws instead of crashing the process. */
export class Handle {
  #pointer: Pointer;
  readonly #free: (pointer: Pointer) => void;

  constructor(pointer: Pointer, free: (pointer: Pointer) => void) {
    this.#pointer = pointer;
    this.#free = free;
  }

  get pointer(): bigint {
    if (this.#pointer === null) throw new InvariantViolated('native handle: expected a live one, was freed');
    return this.#pointer;
  }

  [Symbol.dispose](): void {
    if (this.#pointer === null) return;
    const pointer = this.#pointer;
    this.#pointer = null;
    this.#free(pointer);
  }
}

/** A native object with what belongs into it; freed when that fails, as nobody else holds it yet. */
export function filled(handle: Handle, fill: (pointer: bigint) => void): Handle {
  try {
    fill(handle.pointer);
    return handle;
  } catch (error) {
    handle[Symbol.dispose]();
    throw error;
  }
}
