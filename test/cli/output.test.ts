import { Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { openOutput, renderTable } from '../../cli/output.ts';

function opened(json: boolean, isTTY = false) {
  const texts = { out: '', err: '' };
  const stream = (to: 'out' | 'err') =>
    Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          texts[to] += chunk;
          done();
        },
      }),
      { isTTY },
    );
  const output = openOutput(
    json,
    stream('out') as unknown as typeof process.stdout,
    stream('err') as unknown as typeof process.stderr,
  );
  return { output, texts };
}

describe('renderTable', () => {
  it('pads columns to their widest cell, numbers to the right', () => {
    const table = renderTable(
      ['stage', 'in'],
      [
        ['ingest', 7],
        ['batch', 1234],
      ],
    );
    expect(table).toBe(['stage     in', '------  ----', 'ingest     7', 'batch   1234'].join('\n'));
  });

  it('aligns a column with any words in it to the left', () => {
    const table = renderTable(
      ['name', 'count', 'end'],
      [
        ['a', 12, 'x'],
        ['b', '-', 'y'],
      ],
    );
    expect(table.split('\n').slice(2)).toEqual(['a     12     x', 'b     -      y']);
  });

  it('shows the head alone without rows', () => {
    expect(renderTable(['stage', 'in'], [])).toBe('stage  in\n-----  --');
  });
});

describe('openOutput', () => {
  it('writes lines and tables for people, and no result', () => {
    const { output, texts } = opened(false);
    output.line('hello');
    output.line();
    output.table(['a'], [[1]]);
    output.result({ ok: true });
    expect(texts).toEqual({ out: 'hello\n\na\n-\n1\n', err: '' });
  });

  it('keeps the standard output for one JSON object with --json', () => {
    const { output, texts } = opened(true);
    output.line('hello');
    output.table(['a'], [[1]]);
    output.progress('posting', 5, 5);
    output.result({ ok: true, count: 3 });
    expect(texts.out).toBe('{"ok":true,"count":3}\n');
    expect(texts.err).toBe('hello\na\n-\n1\nposting 5/5 (100 %)\n');
  });

  it('shows progress now and then, and its end always', () => {
    const { output, texts } = opened(false);
    for (let done = 1; done <= 1000; done += 1) output.progress('posting', done, 1000);
    const lines = texts.err.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(3);
    expect(lines.at(-1)).toBe('posting 1000/1000 (100 %)');
    expect(texts.out).toBe('');
  });

  it('says a number once, however often and long it stays', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const { output, texts } = opened(false);
      for (const done of [532, 532, 532, 576, 576]) {
        vi.advanceTimersByTime(6000);
        output.progress('in the lake', done, 576);
      }
      expect(texts.err).toBe('in the lake 532/576 (92 %)\nin the lake 576/576 (100 %)\n');
    } finally {
      vi.useRealTimers();
    }
  });

  it('shows progress of nothing as done', () => {
    const { output, texts } = opened(false);
    output.progress('posting', 0, 0);
    expect(texts.err).toBe('posting 0/0 (100 %)\n');
  });

  it('draws a bar on a terminal, rewriting one line', () => {
    const { output, texts } = opened(false, true);
    output.progress('posting', 1, 4);
    output.progress('posting', 4, 4);
    expect(texts.err).toBe(
      `\r\x1b[K[${'='.repeat(5)}${' '.repeat(15)}] posting 1/4 (25 %)` +
        `\r\x1b[K[${'='.repeat(20)}] posting 4/4 (100 %)\n`,
    );
  });
});
