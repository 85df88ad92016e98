import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseScoreBody } from '../../../../shared/domain/scoring/parse-score-body.ts';
import { scoreBodySchema } from '../../../../shared/domain/scoring/score-body.ts';

const usual = fc.oneof(fc.double(), fc.constantFrom(null, 'Infinity', '-Infinity', 0, -0));
const odd = fc.constantFrom(
  'NaN',
  '',
  true,
  undefined,
  [],
  {},
  [1],
  'infinity',
  Number.NaN,
  Number.POSITIVE_INFINITY,
);
const name = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom('vix', '__proto__', 'constructor', '7', '10'),
);
const features = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(name, usual) },
  { weight: 3, arbitrary: fc.dictionary(name, fc.oneof(usual, odd), { noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, [], 'vix', 7, [1, 2]) },
);
const body = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        exchange: fc.constantFrom('NSE', 'BSE', 'nse', 7),
        target: fc.constantFrom('tb15', 'tb30'),
        probe: fc.constantFrom(true, 'yes'),
        explain: fc.constantFrom(false, null),
        timestamp: fc.constantFrom('2025-12-04T12:35:00+05:30', 'now'),
        features,
        snapshot: fc.constant({ schema: 1 }),
        other: fc.constant(1),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, [], 'NSE', 7) },
);

it('says of any body what the schema says', () => {
  fc.assert(
    fc.property(body, (given) => {
      const [parsed, expected] = [parseScoreBody(given), scoreBodySchema.safeParse(given)];
      expect(parsed.success).toBe(expected.success);
      expect(parsed.data).toEqual(expected.data);
      expect(parsed.error?.issues).toEqual(expected.error?.issues);
    }),
    { numRuns: 2000 },
  );
});

it('takes a vector as JSON has it, and refuses a value that is none under its name', () => {
  const vector = { exchange: 'NSE', features: { vix: 11.2, pcr_total_oi: 'Infinity', atm_iv: null } };
  expect(parseScoreBody(JSON.parse(JSON.stringify(vector))).data).toMatchObject({ ...vector, explain: true });
  const { error } = parseScoreBody({ exchange: 'NSE', features: { vix: 'high' } });
  expect(error?.issues[0]?.path).toEqual(['features', 'vix']);
});
