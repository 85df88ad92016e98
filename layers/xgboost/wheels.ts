import { type Arch, LIBGOMP, type Wheel } from '../wheels/wheel.ts';

/** From the same wheel as the OpenMP runtime; its name for that becomes the layers' own, so that one copy is loaded. */
export const WHEELS: Readonly<Record<Arch, readonly Wheel[]>> = {
  x64: [
    {
      ...LIBGOMP.x64,
      member: 'xgboost/lib/libxgboost.so',
      name: 'libxgboost.so',
      asksFor: ['libgomp-e985bcbb.so.1.0.0', 'libgomp.so.1'],
    },
    LIBGOMP.x64,
  ],
  arm64: [
    {
      ...LIBGOMP.arm64,
      member: 'xgboost/lib/libxgboost.so',
      name: 'libxgboost.so',
      asksFor: ['libgomp-a49a47f9.so.1.0.0', 'libgomp.so.1'],
    },
    LIBGOMP.arm64,
  ],
};
