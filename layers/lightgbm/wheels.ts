import { type Arch, LIBGOMP, type Wheel } from '../wheels/wheel.ts';

export const WHEELS: Readonly<Record<Arch, readonly Wheel[]>> = {
  x64: [
    {
      requirement: 'lightgbm==4.7.0',
      platform: 'manylinux_2_28_x86_64',
      sha256: 'd23e922acd891e77212e4d0fbcee9ba973c96dee479491341d05ba595357ebb7',
      member: 'lightgbm/lib/lib_lightgbm.so',
      name: 'lib_lightgbm.so',
    },
    LIBGOMP.x64,
  ],
  arm64: [
    {
      requirement: 'lightgbm==4.7.0',
      platform: 'manylinux2014_aarch64',
      sha256: 'd4529acec5c6fefe4768302a529707d0ead90f6a6f42df694b856212e09695b8',
      member: 'lightgbm/lib/lib_lightgbm.so',
      name: 'lib_lightgbm.so',
    },
    LIBGOMP.arm64,
  ],
};
