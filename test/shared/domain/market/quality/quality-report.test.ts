import { expect, test } from 'vitest';
import { qualityPolicy } from '../../../../../shared/config/quality.ts';
import { qualityMarkdown } from '../../../../../shared/domain/market/quality/quality-markdown.ts';
import { qualityReport } from '../../../../../shared/domain/market/quality/quality-report.ts';
import { QualityTally } from '../../../../../shared/domain/market/quality/quality-tally.ts';
import { NotFound } from '../../../../../shared/errors.ts';
import { changed, simulated, termsOf } from './simulated.ts';

const policy = qualityPolicy();
const nse = simulated('NSE', '2026-02-04', 3);
const withoutVix = changed(nse, 10, 12, (one) => ({ ...one, vix: null }));
const faulty = changed(withoutVix, 12, 12, (one) => ({ ...one, future_price: one.underlying_price / 2 }));
const bse = simulated('BSE', '2026-02-04', 3).slice(0, 60);
const dayBefore = simulated('NSE', '2026-02-03', 3).slice(0, 20);

test('counts per flag, first example and share, per day and exchange', () => {
  const [report] = qualityReport(faulty, termsOf, policy);
  expect(report).toMatchObject({ exchange: 'NSE', date: '2026-02-04', snapshots: 375, flagged: 3 });
  expect(report!.flaggedShare).toBe(3 / 375);
  expect(report!.flags).toMatchObject([
    { flag: 'future_basis_out_of_range', snapshots: 1, share: 1 / 375 },
    { flag: 'vix_missing', snapshots: 3, share: 3 / 375 },
  ]);
  expect(report!.flags[1]!.first).toEqual({
    timestamp: nse[10]!.timestamp,
    ...{ field: 'vix', why: 'expected India VIX above 0, was null' },
  });
});

test('says from when to when the day goes, and what is missing between', () => {
  const [report] = qualityReport([...nse.slice(0, 6), ...nse.slice(9, 20)], termsOf, policy);
  expect(report).toMatchObject({
    ...{ snapshots: 17, minutes: 17, longestGapSeconds: 240 },
    ...{ first: nse[0]!.timestamp, last: nse[19]!.timestamp },
  });
});

test('judged as they come, snapshots give what they give together', () => {
  const tally = new QualityTally(termsOf, policy);
  for (const [index, snapshot] of faulty.entries()) {
    tally.add(snapshot);
    if (bse[index] !== undefined) tally.add(bse[index]!);
  }
  expect(tally.reports()).toEqual(qualityReport([...bse, ...faulty], termsOf, policy));
});

test('sorts days and exchanges apart, whatever the order of the snapshots', () => {
  const all = [...faulty, ...bse, ...dayBefore];
  const reports = qualityReport(all, termsOf, policy);
  expect(reports.map(({ date, exchange, snapshots }) => `${date} ${exchange} ${snapshots}`)).toEqual([
    '2026-02-03 NSE 20',
    '2026-02-04 BSE 60',
    '2026-02-04 NSE 375',
  ]);
  expect(qualityReport(all.toReversed(), termsOf, policy)).toEqual(reports);
});

test('no snapshots, no report', () => {
  expect(qualityReport([], termsOf, policy)).toEqual([]);
  expect(qualityMarkdown([])).toBe('# Data quality\n\nNo snapshots.\n');
});

test('a day that the rules do not cover is an error', () => {
  const unknown = [{ ...nse[0]!, timestamp: '2019-02-04T10:00:00+05:30' }];
  expect(() => qualityReport(unknown, termsOf, policy)).toThrow(NotFound);
});

test('reads as a page', () => {
  expect(qualityMarkdown(qualityReport([...withoutVix, ...bse], termsOf, policy))).toBe(`# Data quality

## BSE, 2026-02-04

60 snapshots in 60 minutes, 09:15 to 10:14 IST, longest pause 60 s; none flagged.

## NSE, 2026-02-04

375 snapshots in 375 minutes, 09:15 to 15:29 IST, longest pause 60 s; 3 flagged (0.8 %).

| flag | snapshots | share | first at (IST) | field | why |
|---|--:|--:|---|---|---|
| vix_missing | 3 | 0.8 % | 09:25 | vix | expected India VIX above 0, was null |
`);
});
