import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copiedValues } from '../../../local/dynamodb/attribute-values.ts';

const { checkTypes } = createRequire(import.meta.url)('dynalite/validations/index.js') as {
  checkTypes(data: object, types: object): Record<string, unknown>;
};
/** The long way: dynalite's own. @throws its SerializationException */
const checked = (values: unknown) =>
  checkTypes(structuredClone({ Item: values }), {
    Item: { type: 'Map<AttributeValue>', children: 'AttrStruct<ValueStruct>' },
  })['Item'];

const { value: attribute } = fc.letrec<{ value: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ S: fc.string() }),
    fc.record({ N: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) }),
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ NULL: fc.boolean() }),
    fc.record({ SS: fc.array(fc.string()) }),
    fc.record({ NS: fc.array(fc.integer().map(String)) }),
    fc.record({ L: fc.array(tie('value'), { maxLength: 4 }) }),
    fc.record({ M: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('value'), { maxKeys: 4 }) }),
  ),
}));
const item = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), attribute, { maxKeys: 6 });

describe('the usual attribute values', () => {
  it('are copied as dynalite types them, nothing shared', () => {
    fc.assert(
      fc.property(item, (values) => {
        const copies = copiedValues(values);
        expect(copies).toEqual(checked(values));
        expect(copies).not.toBe(values);
      }),
    );
  });

  it('keep a list and a map apart from those they were copied from', () => {
    const given = { l: { L: [{ M: { a: { N: '1.0' } } }] } };
    const copies = copiedValues(given) as typeof given;
    copies.l.L[0]!.M.a.N = '1';
    expect(given.l.L[0]?.M.a.N).toBe('1.0');
  });
});

describe('all other values', () => {
  it('are left to dynalite, or are what it makes of them', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(attribute, fc.jsonValue())), (values) => {
        const copies = copiedValues(values);
        if (copies !== undefined) expect(copies).toEqual(checked(values));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['no map', 'text'],
    ['a list', [{ S: 'a' }]],
    ['no type', { a: {} }],
    ['two types', { a: { S: 'a', N: '1' } }],
    ['a number that is no text', { a: { N: 1 } }],
    ['a text that is none', { a: { S: null } }],
    ['a flag in words', { a: { BOOL: 'true' } }],
    ['bytes', { a: { B: 'aGk=' } }],
    ['an unknown type', { a: { X: 'a' } }],
    ['something else in a set', { a: { SS: ['a', 1] } }],
    ['something else in a list', { a: { L: [{ S: 'a' }, 'b'] } }],
    ['something else in a map', { a: { M: { b: 'c' } } }],
    ['a prototype', JSON.parse('{"__proto__":{"S":"a"}}')],
  ])('%s', (_what, values) => {
    expect(copiedValues(values)).toBeUndefined();
  });
});
