import type { App } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import exchanges from '../config/exchanges.json' with { type: 'json' };
import execution from '../config/execution.json' with { type: 'json' };

/** What differs between environments; read from the CDK context (`-c key=value`, cdk.json, or CDK_CONTEXT_JSON). */
export interface Settings {
  /** Prefix of the stack names; one environment per account and region, or several side by side. */
  readonly environment: string;
  readonly architecture: Architecture;
  /** Of the training image: what SageMaker's training instances are, and the machine itself for a local cloud. */
  readonly jobArchitecture: Architecture;
  /** The instance a training job runs on. */
  readonly trainingInstance: string;
  /** The instance a model's endpoint runs on; of the functions' architecture. */
  readonly servingInstance: string;
  /** Receives alerts when set; AWS asks the address to confirm. */
  readonly alertEmail: string | undefined;
  /** Where Slack messages go until somebody puts another URL into the parameter; `none` switches Slack off. */
  readonly slackWebhook: string;
  /** Whether 16:00 starts the nightly machine by itself. */
  readonly nightlySchedule: 'ENABLED' | 'DISABLED';
  /** Snapshots waiting to be written above which a backfill is answered 429; a live request at ten times that. */
  readonly backlogLimit: number;
  /** Requests a second that the API takes in the long run; twice as many at once. Scoring has four times that, of its own. */
  readonly requestRate: number;
  /** Profile of config/gate.json that the evaluate stage applies. */
  readonly gateProfile: string;
  /** Exchanges whose executable recommendations the built-in paper broker follows; none: it is off. */
  readonly paperBroker: readonly string[];
  /** The library that writes the lake's Parquet files; all of them are read by hyparquet. */
  readonly parquetWriter: string;
}

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  arm64: Architecture.ARM_64,
  x64: Architecture.X86_64,
};

/** Reads and checks the settings. @throws Error naming the context key that is wrong and what it may be. */
export function readSettings(app: App): Settings {
  const text = (key: string, fallback: string): string => {
    const value: unknown = app.node.tryGetContext(key) ?? fallback;
    if (typeof value !== 'string')
      throw new Error(`context ${key}: expected text, was ${JSON.stringify(value)}`);
    return value;
  };
  const environment = text('environment', 'prod');
  if (!/^[a-z][a-z0-9]{1,15}$/.test(environment)) {
    throw new Error(
      `context environment: expected 2 to 16 lower-case letters or digits, a letter first, was ${environment}`,
    );
  }
  const architecture = architectureOf('architecture', text('architecture', 'arm64'));
  return {
    environment,
    architecture,
    jobArchitecture: architectureOf('jobArchitecture', text('jobArchitecture', 'x64')),
    trainingInstance: instance('trainingInstance', text('trainingInstance', 'ml.m5.2xlarge')),
    servingInstance: instance('servingInstance', text('servingInstance', smallestOf(architecture))),
    alertEmail: text('alertEmail', '') || undefined,
    slackWebhook: text('slackWebhook', 'none'),
    nightlySchedule: scheduleState(text('nightlySchedule', 'ENABLED')),
    backlogLimit: positive('backlogLimit', text('backlogLimit', '20000')),
    requestRate: positive('requestRate', text('requestRate', '100')),
    gateProfile: text('gateProfile', 'default'),
    paperBroker: paperBroker(text('paperBroker', 'config')),
    parquetWriter: parquetWriter(text('parquetWriter', 'hyparquet')),
  };
}

function architectureOf(key: string, value: string): Architecture {
  const architecture = ARCHITECTURES[value];
  if (architecture !== undefined) return architecture;
  throw new Error(`context ${key}: expected arm64 or x64, was ${value}`);
}

function instance(key: string, value: string): string {
  if (/^ml\.[a-z0-9]+\.[a-z0-9]+$/.test(value)) return value;
  throw new Error(`context ${key}: expected a SageMaker instance type as ml.m5.2xlarge, was ${value}`);
}

/** An endpoint answers one row at a time on one thread. */
function smallestOf(architecture: Architecture): string {
  return architecture === Architecture.ARM_64 ? 'ml.c7g.large' : 'ml.c6i.large';
}

function scheduleState(value: string): 'ENABLED' | 'DISABLED' {
  if (value === 'ENABLED' || value === 'DISABLED') return value;
  throw new Error(`context nightlySchedule: expected ENABLED or DISABLED, was ${value}`);
}

function parquetWriter(value: string): string {
  if (value === 'hyparquet' || value === 'parquetjs') return value;
  throw new Error(`context parquetWriter: expected hyparquet or parquetjs, was ${value}`);
}

function paperBroker(value: string): readonly string[] {
  if (value === 'config') return execution.paper_broker.exchanges;
  if (value === 'none') return [];
  const names = value.split(',');
  const known = Object.keys(exchanges.exchanges);
  if (names.every((name) => known.includes(name))) return [...new Set(names)];
  throw new Error(`context paperBroker: expected config, none or some of ${known.join(',')}, was ${value}`);
}

function positive(key: string, value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new Error(`context ${key}: expected a whole number from 1, was ${value}`);
}

/** The folder name below `layers/<name>/build/` for an architecture. */
export function architectureName(architecture: Architecture): 'arm64' | 'x64' {
  return architecture === Architecture.ARM_64 ? 'arm64' : 'x64';
}
