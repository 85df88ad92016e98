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
}

/**
 * LightGBM's wheel does not carry the OpenMP runtime it needs, and neither does the Lambda image;
 * xgboost-cpu's wheel does (GCC 8, one file, both architectures).
 */
export const WHEELS: Readonly<Record<Arch, readonly Wheel[]>> = {
  x64: [
    {
      requirement: 'lightgbm==4.7.0',
      platform: 'manylinux_2_28_x86_64',
      sha256: 'd23e922acd891e77212e4d0fbcee9ba973c96dee479491341d05ba595357ebb7',
      member: 'lightgbm/lib/lib_lightgbm.so',
      name: 'lib_lightgbm.so',
    },
    {
      requirement: 'xgboost-cpu==3.2.0',
      platform: 'manylinux_2_28_x86_64',
      sha256: '9c10b1653e1a689bf4094a328144cf3633c9be0e5217a76fbdc2fde6abcb2950',
      member: 'xgboost_cpu.libs/libgomp-e985bcbb.so.1.0.0',
      name: 'libgomp.so.1',
    },
  ],
  arm64: [
    {
      requirement: 'lightgbm==4.7.0',
      platform: 'manylinux2014_aarch64',
      sha256: 'd4529acec5c6fefe4768302a529707d0ead90f6a6f42df694b856212e09695b8',
      member: 'lightgbm/lib/lib_lightgbm.so',
      name: 'lib_lightgbm.so',
    },
    {
      requirement: 'xgboost-cpu==3.2.0',
      platform: 'manylinux_2_28_aarch64',
      sha256: '896b9e2bc52ec0921edf92ddd1cebedf47032e94992b7aca0293524d380ce6e9',
      member: 'xgboost_cpu.libs/libgomp-a49a47f9.so.1.0.0',
      name: 'libgomp.so.1',
    },
  ],
};
