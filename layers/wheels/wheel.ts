/** The processor architectures a layer is built for, in Node's own words (`process.arch`). */
export type Arch = 'x64' | 'arm64';

export interface Wheel {
  /** What pip is asked for. */
  readonly requirement: string;
  readonly platform: string;
  readonly sha256: string;
  /** The one file of the wheel that is kept. */
  readonly member: string;
  /** What it is called in the layer. */
  readonly name: string;
  /** Libraries that it asks for by another name than the layer's: [its word, the layer's]. */
  readonly asksFor?: readonly [string, string];
}

/**
 * The OpenMP runtime, which is neither in the Lambda image nor in LightGBM's wheel; xgboost-cpu's wheel carries it
 * (GCC 8, one file, both architectures).
 */
export const LIBGOMP: Readonly<Record<Arch, Wheel>> = {
  x64: {
    requirement: 'xgboost-cpu==3.2.0',
    platform: 'manylinux_2_28_x86_64',
    sha256: '9c10b1653e1a689bf4094a328144cf3633c9be0e5217a76fbdc2fde6abcb2950',
    member: 'xgboost_cpu.libs/libgomp-e985bcbb.so.1.0.0',
    name: 'libgomp.so.1',
  },
  arm64: {
    requirement: 'xgboost-cpu==3.2.0',
    platform: 'manylinux_2_28_aarch64',
    sha256: '896b9e2bc52ec0921edf92ddd1cebedf47032e94992b7aca0293524d380ce6e9',
    member: 'xgboost_cpu.libs/libgomp-a49a47f9.so.1.0.0',
    name: 'libgomp.so.1',
  },
};

/** @example parseArch(['--arch', 'arm64']) // 'arm64'; nothing or `host` means this machine's own */
export function parseArch(args: readonly string[], host: string = process.arch): Arch {
  const at = args.indexOf('--arch');
  const wanted = at < 0 || args[at + 1] === 'host' ? host : args[at + 1];
  if (wanted === 'x64' || wanted === 'arm64') return wanted;
  throw new Error(`--arch: expected x64, arm64 or host, was ${wanted}`);
}
