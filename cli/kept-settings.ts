import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ENVIRONMENTS } from './connection.ts';

/** How an environment was made: a later start that does not say otherwise runs it the same way. */
export interface KeptSettings {
  /** Profile of config/gate.json. */
  readonly gateProfile?: string;
  /** False where somebody else runs the nights: the demo plays them itself. */
  readonly nightlySchedule?: boolean;
  /** The library that writes the lake (infra/settings.ts). */
  readonly parquetWriter?: string;
  /** Exchanges that the paper broker follows, `none`, or `config` (infra/settings.ts). */
  readonly paperBroker?: string;
}

const DEFAULTS = {
  gateProfile: 'default',
  nightlySchedule: true,
  parquetWriter: 'hyparquet',
  paperBroker: 'config',
} as const;
const NAMES = ['gateProfile', 'nightlySchedule', 'parquetWriter', 'paperBroker'] as const;

/** The settings to start with: what is asked for, else what was kept, else the defaults. */
export function keptSettings(name: string, asked: KeptSettings): Required<KeptSettings> {
  const before = readKept(name);
  return Object.fromEntries(
    NAMES.map((one) => [one, asked[one] ?? before[one] ?? DEFAULTS[one]]),
  ) as Required<KeptSettings>;
}

/** Whether an environment was started with exactly these settings. */
export function isKept(name: string, settings: Required<KeptSettings>): boolean {
  const before = keptSettings(name, {});
  return NAMES.every((one) => before[one] === settings[one]);
}

export function keepSettings(name: string, settings: KeptSettings): void {
  mkdirSync(dirname(settingsFile(name)), { recursive: true });
  writeFileSync(settingsFile(name), JSON.stringify(settings));
}

function readKept(name: string): KeptSettings {
  const file = settingsFile(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as KeptSettings) : {};
}

function settingsFile(name: string): string {
  return join(ENVIRONMENTS, name, 'settings.json');
}
