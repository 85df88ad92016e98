import { epochMs, minuteOfDay } from '../indian-time.ts';
import type { FlagCount, QualityReport } from './quality-report.ts';

/** The reports of some days as a page for people: one section a day and exchange, one row a flag. */
export function qualityMarkdown(reports: readonly QualityReport[]): string {
  const title = '# Data quality';
  if (reports.length === 0) return `${title}\n\nNo snapshots.\n`;
  return `${[title, ...reports.map(section)].join('\n\n')}\n`;
}

function section(report: QualityReport): string {
  const { exchange, date, snapshots, flagged, flaggedShare, flags } = report;
  const heading = `## ${exchange}, ${date}`;
  if (flagged === 0) return `${heading}\n\n${snapshots} snapshots, none flagged.`;
  const outcome = `${snapshots} snapshots, ${flagged} flagged (${percent(flaggedShare)}).`;
  return [heading, outcome, table(flags)].join('\n\n');
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
