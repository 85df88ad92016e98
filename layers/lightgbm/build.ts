import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFromWheels } from '../wheels/build-from-wheels.ts';
import { type Arch, parseArch } from '../wheels/wheel.ts';
import { WHEELS } from './wheels.ts';

/** Puts lib_lightgbm.so and libgomp.so.1 into `build/<arch>/lib/`; see `buildFromWheels`. */
export function buildLayer(arch: Arch): { folder: string; built: boolean } {
  return buildFromWheels(join(import.meta.dirname, 'build', arch), WHEELS[arch]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const arch = parseArch(process.argv.slice(2));
  const { folder, built } = buildLayer(arch);
  console.log(`lightgbm ${arch}: ${built ? 'built' : 'present'} in ${folder}`);
}
