import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'kept-settings-'));
vi.stubEnv('OI_ENVIRONMENTS', folder);
const { isKept, keepSettings, keptSettings } = await import('../../cli/kept-settings.ts');

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('the settings of an environment', () => {
  it('are the defaults while it is new', () => {
    expect(keptSettings('new', {})).toEqual({
      gateProfile: 'default',
      nightlySchedule: true,
      parquetWriter: 'hyparquet',
      paperBroker: 'config',
    });
  });

  it('stay as they were when a later start says nothing', () => {
    keepSettings('demo', { gateProfile: 'demo', nightlySchedule: false });
    expect(keptSettings('demo', {})).toMatchObject({ gateProfile: 'demo', nightlySchedule: false });
  });

  it('change when a later start says so, one by one', () => {
    keepSettings('desk', { gateProfile: 'demo', nightlySchedule: false });
    expect(keptSettings('desk', { nightlySchedule: true })).toEqual({
      gateProfile: 'demo',
      nightlySchedule: true,
      parquetWriter: 'hyparquet',
      paperBroker: 'config',
    });
  });

  it('tell whether a running cloud is the one that is asked for', () => {
    keepSettings('demo', { gateProfile: 'demo', nightlySchedule: false });
    expect(isKept('demo', keptSettings('new', { gateProfile: 'demo', nightlySchedule: false }))).toBe(true);
    expect(isKept('demo', keptSettings('new', { gateProfile: 'default', nightlySchedule: false }))).toBe(
      false,
    );
    expect(isKept('demo', keptSettings('new', { gateProfile: 'demo', nightlySchedule: true }))).toBe(false);
    expect(isKept('elsewhere', keptSettings('new', { gateProfile: 'default', nightlySchedule: true }))).toBe(
      true,
    );
  });
});
