import * as z from 'zod';
import { type Exchange, exchangeSchema } from '../market/snapshot.ts';

/** Which recommendations the built-in paper broker follows (`config/execution`, section paper_broker). */
export const brokerPolicySchema = z.strictObject({
  /** Exchanges whose executable recommendations it follows; none: it is off. An environment may say otherwise. */
  exchanges: z.array(exchangeSchema),
  /** A minute is acted on once it has been over for so long: until then its snapshots may still be on their way. */
  settle_seconds: z.number().int().min(0).max(600),
});
export type BrokerPolicy = z.infer<typeof brokerPolicySchema>;

const NAMES = z.array(exchangeSchema);

/**
 * The exchanges that a setting names; `none` names none. Undefined where it is no list of exchanges.
 * Example: `brokerExchanges('NSE,BSE')` is `['NSE', 'BSE']`.
 */
export function brokerExchanges(setting: string): readonly Exchange[] | undefined {
  return setting === 'none' ? [] : NAMES.safeParse(setting.split(',')).data;
}
