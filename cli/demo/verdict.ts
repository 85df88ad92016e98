import { S3Client } from '@aws-sdk/client-s3';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { TrainingReport } from '../commands/nightly.ts';
import { runPromotion } from '../commands/promote.ts';
import type { Setting } from './setting.ts';

export interface PromotionReport {
  readonly exchange: string;
  readonly version: string;
  readonly pass: boolean;
  readonly failed: readonly string[];
  readonly promoted: boolean;
  readonly override: boolean;
}

const OPERATOR = 'demo';

/** Shows each verdict and promotes what passed; what the gate refused is tried, refused, and then overridden aloud. */
export async function playPromotions(
  setting: Setting,
  training: readonly TrainingReport[],
): Promise<PromotionReport[]> {
  const reports: PromotionReport[] = [];
  for (const one of training) {
    if (!one.ok) {
      setting.output.line(`${one.exchange}: nothing to promote: ${one.cause}`);
      continue;
    }
    const { version } = one.train;
    const { pass, failed, verdict_key } = one.evaluate;
    await showVerdict(setting, verdict_key);
    const override = !pass;
    if (override) await showRefusal(setting, one.exchange, version);
    await runPromotion(setting.connection, {
      action: 'promote',
      exchange: one.exchange,
      version,
      operator: OPERATOR,
      reason: pass ? 'the gate passed it' : 'to show a live day although the gate refused it',
      target: PRODUCTION_TARGET,
      override,
    });
    setting.output.line(
      `${one.exchange}: ${version} is live${override ? ' BY OVERRIDE, which the history and an alert say' : ''}`,
    );
    reports.push({ exchange: one.exchange, version, pass, failed, promoted: true, override });
  }
  return reports;
}

/** Prints the written verdict, rule by rule. */
export async function showVerdict(
  { connection, output }: Pick<Setting, 'connection' | 'output'>,
  verdictKey: string,
): Promise<void> {
  Object.assign(process.env, connection.environment);
  const lake = s3ObjectStore(new S3Client({ region: connection.region }), connection.lakeBucket);
  const markdown = new TextDecoder().decode(await lake.get(verdictKey.replace(/[^/]+$/, 'verdict.md')));
  output.line(markdown.trimEnd());
  output.line();
}

/** Tries to promote without a passing verdict and shows the refusal. */
export async function showRefusal(
  { connection, output }: Pick<Setting, 'connection' | 'output'>,
  exchange: string,
  version: string,
): Promise<void> {
  try {
    await runPromotion(connection, {
      action: 'promote',
      exchange,
      version,
      operator: OPERATOR,
      reason: 'to see whether the gate holds',
      target: PRODUCTION_TARGET,
    });
  } catch (error) {
    if (!(error instanceof RejectedInput)) throw error;
    output.line(`refused, as it must be: ${error.message}`);
  }
}
