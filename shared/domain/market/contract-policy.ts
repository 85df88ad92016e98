import * as z from 'zod';
import { EXCHANGES, type Exchange, exchangeSchema } from './snapshot.ts';

/** Which contract a signal trades: the chain it comes from and how deep in the money. */
export const contractChoiceSchema = z.strictObject({
  /** The chain whose options are traded; usually the signal's own. */
  chain: exchangeSchema,
  /** Strikes into the money from the at-the-money one; 0 is at the money, negative is out of the money. */
  strikes_in_the_money: z.number().int().min(-10).max(10),
  /** Oldest snapshot of that chain from which a contract may be chosen. */
  max_age_seconds: z.number().positive(),
});
export type ContractChoice = z.infer<typeof contractChoiceSchema>;

export const contractPolicySchema = z.strictObject(
  Object.fromEntries(EXCHANGES.map((name) => [name, contractChoiceSchema])) as Record<
    Exchange,
    typeof contractChoiceSchema
  >,
);
export type ContractPolicy = z.infer<typeof contractPolicySchema>;
