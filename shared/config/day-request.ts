import * as z from 'zod';
import { exchangeSchema } from '../domain/market/snapshot.ts';

/** The input of every task that works on one exchange and day. */
export const dayRequestSchema = z.object({ exchange: exchangeSchema, date: z.iso.date() });
export type DayRequest = z.infer<typeof dayRequestSchema>;
