import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judge, readThresholds } from '../../../cli/doctor/tracker-checks.ts';

const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHIPPED = readThresholds(undefined);
const signal = (confidence: number, kellyFull: number) => ({ confidence, kellyFull });

describe("the tracker's thresholds", () => {
  it('are those it ships with, or what a file says', () => {
    expect(SHIPPED).toEqual({ min_confidence: 0.6, min_kelly: 0.2 });
    const file = join(folder, 'tracker.json');
    writeFileSync(file, '{ "min_kelly": 0.05, "other": "left alone" }');
    expect(readThresholds(file)).toMatchObject({ min_confidence: 0.6, min_kelly: 0.05 });
  });
  it.each([
    ['no file', 'none.json', null, /no such file/],
    ['no JSON', 'text.json', 'MIN_KELLY=0.2', /not valid JSON$/],
    ['no fraction', 'percent.json', '{ "min_confidence": 60 }', /: min_confidence: expected .*, was 60$/],
    ['no object', 'list.json', '[0.6]', /: the file: expected an object, was an array of 1$/],
  ])('%s is refused in one sentence', (_what, name, text, why) => {
    const file = join(folder, name);
    if (text !== null) writeFileSync(file, text);
    expect(() => readThresholds(file)).toThrow(/^--tracker-config: expected JSON with min_confidence/);
    expect(() => readThresholds(file)).toThrow(why);
  });
});

describe('what they make of signals', () => {
  it('nearly everything rejected is a warning with its figures', () => {
    const signals = [...Array.from({ length: 39 }, () => signal(0.55, 0.08)), signal(0.71, 0.25)];
    const { status, says, remedy } = judge('answers of NSE', signals, SHIPPED);
    expect(status).toBe('warn');
    expect(says).toBe(
      'the tracker would execute 1 of 40 signals with an edge: 1 reach confidence 0.6 (highest 0.71), 1 reach Kelly 0.2 (highest 0.25)',
    );
    expect(remedy).toContain('lower its thresholds');
  });
  it('one in twenty let through is none', () => {
    const signals = [...Array.from({ length: 19 }, () => signal(0.55, 0.08)), signal(0.6, 0.2)];
    expect(judge('x', signals, SHIPPED).status).toBe('ok');
  });
  it('each threshold alone rejects', () => {
    expect(judge('x', [signal(0.7, 0.1), signal(0.5, 0.3)], SHIPPED).status).toBe('warn');
  });
  it('without signals nothing can be said', () => {
    expect(judge('x', [], SHIPPED)).toMatchObject({ status: 'none', remedy: null });
  });
});
