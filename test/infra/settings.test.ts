import { App } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { architectureName, readSettings } from '../../infra/settings.ts';

const read = (context: Record<string, unknown>) => readSettings(new App({ context }));

describe('readSettings', () => {
  it('has a default for everything', () => {
    expect(read({})).toEqual({
      environment: 'prod',
      architecture: Architecture.ARM_64,
      jobArchitecture: Architecture.X86_64,
      trainingInstance: 'ml.m5.2xlarge',
      servingInstance: 'ml.c7g.large',
      alertEmail: undefined,
      slackWebhook: 'none',
      nightlySchedule: 'ENABLED',
      gateProfile: 'default',
      backlogLimit: 20_000,
      requestRate: 100,
      parquetWriter: 'hyparquet',
      paperBroker: [],
    });
  });

  it('reads what the context says', () => {
    const settings = read({ environment: 'desk2', architecture: 'x64', alertEmail: 'desk@example.com' });
    expect(settings).toMatchObject({ environment: 'desk2', alertEmail: 'desk@example.com' });
    expect(architectureName(settings.architecture)).toBe('x64');
    expect(read({ paperBroker: 'NSE,BSE,NSE' }).paperBroker).toEqual(['NSE', 'BSE']);
    expect(read({ paperBroker: 'none' }).paperBroker).toEqual([]);
  });

  it.each([
    [
      'environment',
      '1prod',
      'context environment: expected 2 to 16 lower-case letters or digits, a letter first, was 1prod',
    ],
    ['environment', 'x', 'was x'],
    ['architecture', 'mips', 'context architecture: expected arm64 or x64, was mips'],
    ['jobArchitecture', 'mips', 'context jobArchitecture: expected arm64 or x64, was mips'],
    [
      'trainingInstance',
      'm5.large',
      'context trainingInstance: expected a SageMaker instance type as ml.m5.2xlarge, was m5.large',
    ],
    ['parquetWriter', 'arrow', 'context parquetWriter: expected hyparquet or parquetjs, was arrow'],
    [
      'paperBroker',
      'NSE,NYSE',
      'context paperBroker: expected config, none or some of NSE,BSE,NSE_MONTHLY,BANKNIFTY_MONTHLY, was NSE,NYSE',
    ],
    ['backlogLimit', '0', 'context backlogLimit: expected a whole number from 1, was 0'],
    ['backlogLimit', '1.5', 'was 1.5'],
    ['requestRate', '0', 'context requestRate: expected a whole number from 1, was 0'],
    ['backlogLimit', 'many', 'was many'],
    ['alertEmail', 7, 'context alertEmail: expected text, was 7'],
  ])('names a wrong %s: %j', (key, value, message) => {
    expect(() => read({ [key]: value })).toThrow(message);
  });
});
