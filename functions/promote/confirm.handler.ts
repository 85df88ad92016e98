import { setTimeout as pause } from 'node:timers/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { signedApi } from '../../shared/adapters/execute-api/signed-api.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { task } from '../../shared/observability/task.ts';
import { confirmSwitch } from './confirm-switch.ts';

const env = readEnv(process.env, ['API_ENDPOINT', 'AWS_REGION']);
const api = signedApi({
  endpoint: env.API_ENDPOINT,
  region: env.AWS_REGION,
  credentials: new SFNClient().config.credentials,
});
const confirm = confirmSwitch({ api, pause });

export const handler = task(
  z.looseObject({ exchange: exchangeSchema, target: z.string(), to: z.string().nullable() }),
  confirm,
);
