import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream, uuidFrom } from '../../../local/stepfunctions/expression/random.ts';
import { evaluateTemplate } from '../../../local/stepfunctions/expression/template.ts';

const NOW_MS = Date.UTC(2025, 11, 4, 10, 30);

function evaluate(
  template: unknown,
  input: unknown = {},
  variables: Record<string, unknown> = {},
): Promise<unknown> {
  const scope = { states: { input }, variables, nowMs: NOW_MS, random: randomStream('test') };
  return evaluateTemplate(template, scope, 'Output');
}

describe('a template', () => {
  it('stays as it is where it holds no expression', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        fc.pre(!JSON.stringify(value).includes('{%'));
        expect(await evaluate(value)).toEqual(value);
      }),
    );
  });

  it('gives any input back unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const written = JSON.parse(JSON.stringify(value));
        expect(await evaluate({ a: '{% $states.input.value %}' }, { value: written })).toEqual({
          a: written,
        });
      }),
    );
  });

  it('evaluates expressions wherever they are', async () => {
    const template = { list: ['{% $states.input.a %}', { b: '{% $x & "!" %}' }], plain: 'text' };
    expect(await evaluate(template, { a: [1, 2] }, { x: 'v' })).toEqual({
      list: [[1, 2], { b: 'v!' }],
      plain: 'text',
    });
  });

  it('spans lines', async () => {
    expect(await evaluate('{%\n  (\n $a := 1;\n $a + 1\n )\n%}')).toBe(2);
  });
});

describe('functions of Step Functions', () => {
  it.each([
    ['$parse(\'{"a":[1]}\')', { a: [1] }],
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$hash("abc", "SHA-256")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$hash("abc", "MD5")', '900150983cd24fb0d6963f7d28e17f72'],
    ['$random(7) = $random(7)', true],
    ['$random() = $random()', false],
    ['$millis()', NOW_MS],
    ['$now()', '2025-12-04T10:30:00.000Z'],
    ["$now('[Y0001]-[M01]-[D01] [H01]:[m01]', '+0530')", '2025-12-04 16:00'],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(`{% ${expression} %}`)).toEqual(expected);
  });

  it('draws uuids of version 4, the same again for the same seed', async () => {
    const uuid = await evaluate('{% $uuid() %}');
    expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(await evaluate('{% $uuid() %}')).toBe(uuid);
    expect(uuidFrom(randomStream('other'))).not.toBe(uuid);
  });

  it.each([
    ['$eval("1")', '$eval: expected an expression without it'],
    ['$hash("a", "CRC")', '$hash: expected MD5, SHA-1, SHA-256, SHA-384, SHA-512, was CRC'],
    ['$partition([1], 0)', '$partition: expected a chunk size of at least 1, was 0'],
    ['$range(1, 5, 0)', '$range: expected whole numbers and a step other than 0'],
    ['$range(1, 5000, 1)', '$range: expected at most 1000 numbers, was 5000'],
    ['$parse(1)', '$parse: expected JSON text, was number'],
    ['$missing(1)', "the JSONata expression '$missing(1)' in the field 'Output' failed"],
  ])('%s fails', async (expression, message) => {
    const failure = { error: 'States.QueryEvaluationError', causeText: expect.stringContaining(message) };
    await expect(evaluate(`{% ${expression} %}`)).rejects.toMatchObject(failure);
  });
});

describe('a random stream', () => {
  it('stays within [0, 1) and is the same for the same key', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        const [a, b] = [randomStream(key), randomStream(key)];
        for (let i = 0; i < 5; i += 1) {
          const drawn = a();
          expect(drawn).toBe(b());
          expect(drawn).toBeGreaterThanOrEqual(0);
          expect(drawn).toBeLessThan(1);
        }
      }),
    );
  });
});
