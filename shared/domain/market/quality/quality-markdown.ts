import { epochMs, minuteOfDay } from '../indian-time.ts';
import type { FlagCount, QualityReport } from './quality-tally.ts';

/** The reports of some days as a page for people: one section a day and exchange, one row a flag. */
export function qualityMarkdown(reports: readonly QualityReport[], title = '# Data quality'): string {
  if (reports.length === 0) return `${title}\n\nNo snapshots.\n`;
  return `${[title, ...reports.map(section)].join('\n\n')}\n`;
}

function section(report: QualityReport): string {
  const { exchange, date, flagged, flaggedShare, flags } = report;
  const heading = `## ${exchange}, ${date}`;
  const outcome = flagged === 0 ? 'none flagged' : `${flagged} flagged (${percent(flaggedShare)})`;
  const contents = `${extent(report)}; ${outcome}.`;
  return [heading, contents, ...(flagged === 0 ? [] : [table(flags)])].join('\n\n');
}

/** What a day holds. Example: `375 snapshots in 375 minutes, 09:15 to 15:29 IST, longest pause 60 s`. */
export function extent({ snapshots, minutes, first, last, longestGapSeconds }: QualityReport): string {
  const from = `${clock(first)} to ${clock(last)} IST`;
  return `${snapshots} snapshots in ${minutes} minutes, ${from}, longest pause ${longestGapSeconds} s`;
}

function table(flags: readonly FlagCount[]): string {
  return [
    '| flag | snapshots | share | first at (IST) | field | why |',
    '|---|--:|--:|---|---|---|',
    ...flags.map(row),
  ].join('\n');
}

function row({ flag, snapshots, share, first }: FlagCount): string {
  const cells = [
    flag,
    snapshots,
    percent(share),
    clock(first.timestamp),
    first.field,
    first.why.replaceAll('|', '/'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function clock(timestamp: string): string {
  const minute = minuteOfDay(epochMs(timestamp));
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
