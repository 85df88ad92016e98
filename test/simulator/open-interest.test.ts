import { describe, expect, test } from 'vitest';
import { closeBook, moveBook, openBook, publish } from '../../simulator/open-interest.ts';
import { RandomStream } from '../../simulator/random.ts';

const STRIKES = Array.from({ length: 21 }, (_, i) => 25_500 + 50 * i);
const OPTIONS = {
  seed: 1,
  exchange: 'NSE',
  expiry: '2026-02-10',
  strikes: STRIKES,
  strikeStep: 50,
  openPrice: 26_000,
  peakLots: 50_000,
  start: undefined,
};
const PLENTY = new Float64Array(STRIKES.length * 2).fill(1e9);

function sideLots(book: ReturnType<typeof openBook>, side: number): number {
  return book.publishedLots.reduce((sum, lots, leg) => sum + (leg % 2 === side ? lots : 0), 0);
}

function bookAfter(minutes: number, flow: number, expiryProgress = 0) {
  const book = openBook(OPTIONS);
  const random = new RandomStream(2, 'book');
  for (let minute = 0; minute < minutes; minute++) moveBook(book, flow, PLENTY, expiryProgress, random);
  publish(book);
  return book;
}

describe('open interest', () => {
  test('a bullish flow writes puts and closes calls, a bearish one the other way', () => {
    const [bullish, still, bearish] = [bookAfter(30, 2), bookAfter(30, 0), bookAfter(30, -2)];
    expect(sideLots(bullish, 1)).toBeGreaterThan(1.05 * sideLots(still, 1));
    expect(sideLots(bullish, 0)).toBeLessThan(0.95 * sideLots(still, 0));
    expect(sideLots(bearish, 1)).toBeLessThan(0.95 * sideLots(still, 1));
    expect(sideLots(bearish, 0)).toBeGreaterThan(1.05 * sideLots(still, 0));
  });

  test('without trades nothing moves', () => {
    const book = openBook(OPTIONS);
    const before = Array.from(book.levels);
    moveBook(book, 3, new Float64Array(STRIKES.length * 2), 0, new RandomStream(2, 'book'));
    expect(Array.from(book.levels)).toEqual(before);
  });

  test('what is shown waits for publication', () => {
    const book = openBook(OPTIONS);
    const shown = Array.from(book.publishedLots);
    moveBook(book, 3, PLENTY, 0, new RandomStream(2, 'book'));
    expect(Array.from(book.publishedLots)).toEqual(shown);
    publish(book);
    expect(Array.from(book.publishedLots)).not.toEqual(shown);
  });

  test('positions are unwound through the day of expiry', () => {
    expect(sideLots(bookAfter(100, 0, 0.9), 0)).toBeLessThan(0.75 * sideLots(bookAfter(100, 0), 0));
  });

  test('calls gather above the price and puts below it', () => {
    const book = openBook(OPTIONS);
    const lots = (from: number, to: number, side: number) =>
      STRIKES.reduce(
        (sum, strike, row) => sum + (strike > from && strike < to ? book.publishedLots[row * 2 + side]! : 0),
        0,
      );
    expect(lots(26_000, 27_000, 0)).toBeGreaterThan(lots(25_000, 26_000, 0));
    expect(lots(25_000, 26_000, 1)).toBeGreaterThan(lots(26_000, 27_000, 1));
  });

  test('is carried for the same expiry only; a strike not known yet gets its usual place', () => {
    const closed = closeBook(bookAfter(60, 1));
    const wider = [25_450, ...STRIKES];
    const next = openBook({ ...OPTIONS, strikes: wider, openPrice: 26_200, start: closed });
    expect(next.levels[2]).toBe(closed.levels['25500']![0]);
    expect(next.levels[0]).toBe(next.targets[0]);
    const narrow = openBook({ ...OPTIONS, strikes: STRIKES.slice(5), start: closed });
    expect(closeBook(narrow).levels['25500']).toEqual(closed.levels['25500']);
    const rolled = openBook({ ...OPTIONS, expiry: '2026-02-17', start: closed });
    expect(Array.from(rolled.levels)).toEqual(Array.from(rolled.targets));
  });
});
