import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Schema, typeText } from '../../../clients/typescript/type-text.ts';

const ofZod = (schema: z.ZodType) => typeText(z.toJSONSchema(schema, { io: 'input' }) as Schema);

describe('typeText', () => {
  it.each([
    [z.string().min(1), 'string'],
    [z.int().min(0), 'number'],
    [z.boolean(), 'boolean'],
    [z.null(), 'null'],
    [z.unknown(), 'unknown'],
    [z.literal('tb15'), '"tb15"'],
    [z.literal([-1, 0, 1]), '-1 | 0 | 1'],
    [z.enum(['BUY', 'SELL']), '"BUY" | "SELL"'],
    [z.number().nullable(), 'number | null'],
    [z.union([z.number(), z.string(), z.int()]), 'number | string'],
    [z.array(z.union([z.string(), z.null()])), 'readonly (string | null)[]'],
    [z.record(z.string(), z.number()), 'Readonly<Record<string, number>>'],
    [
      z.object({ id: z.string(), n: z.int().optional() }),
      '{ readonly "id": string; readonly "n"?: number; }',
    ],
    [z.object({ n: z.int().default(1).describe('A count.') }), '{ /** A count. */ readonly "n"?: number; }'],
    [z.object({}), 'Readonly<Record<string, unknown>>'],
  ])('writes %#: %s', (schema, expected) => {
    expect(ofZod(schema as z.ZodType)).toBe(expected);
  });

  it('writes several types of one keyword, both of two schemas, and further fields of a known type', () => {
    expect(typeText({ type: ['number', 'null'] })).toBe('number | null');
    expect(typeText({ allOf: [{ type: 'string' }, { enum: ['a'] }] })).toBe('(string) & ("a")');
    const open = {
      type: 'object',
      properties: { a: { type: 'null' } },
      additionalProperties: { type: 'null' },
    };
    expect(typeText(open)).toBe('({ readonly "a"?: null; } & Readonly<Record<string, null>>)');
  });

  it('refuses what it cannot write, and never guesses', () => {
    const refused = [{ $ref: '#/x' }, { oneOf: [] }, { not: {} }, { type: 'array', prefixItems: [] }];
    for (const schema of refused) expect(() => typeText(schema as Schema)).toThrow(/expected no \$ref/);
    expect(() => typeText({ type: 'bigint' })).toThrow('type: expected a type of JSON Schema, was bigint');
  });
});
