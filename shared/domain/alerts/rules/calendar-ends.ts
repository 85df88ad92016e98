import { firstUnknownDay, unknownSession } from '../../market/calendar.ts';
import { counted } from '../../market/counted.ts';
import type { ExchangeRules } from '../../market/exchange-rules.ts';
import type { AlertPolicy } from '../alert-policy.ts';
import { breached, type Check, clear } from '../check.ts';

/** A date not far ahead has no known session: on that day nothing of the exchange could be computed. */
export function calendarEnds(
  exchange: string,
  date: string,
  rules: ExchangeRules,
  { calendar_ends: { warning_days, critical_days } }: AlertPolicy,
): Check {
  const unknown = firstUnknownDay(date, warning_days, rules);
  if (unknown === null) return clear();
  const days = Math.round((Date.parse(unknown) - Date.parse(date)) / 86_400_000);
  return breached({
    rule: 'calendar-ends',
    exchange,
    subject: 'calendar',
    severity: days <= critical_days ? 'critical' : 'warning',
    title: `${exchange}: the calendar does not know ${unknown}`,
    what:
      `config/exchanges.json says nothing of ${unknown}, ${counted(days, 'day')} from ${date}. On a day it does not know, ` +
      `${exchange} has no session: features, labels and scores of that day are errors, not guesses.`,
    next:
      `In config/exchanges.json, ${unknownSession(unknown, rules)}; look whether lots and charges change with it, and ` +
      `deploy. ${rules.market.circulars}.`,
    numbers: { days },
  });
}
