// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inDependencyOrder } from '../../../local/cloudformation/order.ts';
import { referencesOf } from '../../../local/cloudformation/references.ts';

describe('inDependencyOrder', () => {
  test('puts each id after everything it depends on, for any acyclic graph', () => {
    const graph = fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(graph, (edges) => {
        // Only edges to smaller numbers: no cycle.
        const dependencies = edges.map((targets, from) => targets.filter((to) => to < from).map(String));
        const ids = edges.map((_, id) => String(id)).reverse();
        const ordered = inDependencyOrder(ids, (id) => dependencies[Number(id)] ?? []);
        expect([...ordered].sort()).toEqual([...ids].sort());
        for (const id of ids) {
          for (const dependency of dependencies[Number(id)] ?? []) {
            expect(ordered.indexOf(dependency)).toBeLessThan(ordered.indexOf(id));
          }
        }
      }),
    );
  });

  test('keeps the given order where nothing depends', () => {
    expect(inDependencyOrder(['b', 'a', 'c'], () => [])).toEqual(['b', 'a', 'c']);
  });

  test('names the members of a cycle', () => {
    const next: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['a'] };
    expect(() => inDependencyOrder(['a'], (id) => next[id] ?? [])).toThrow('was a -> b -> c -> a');
  });
});

describe('referencesOf', () => {
  test('finds Ref, Fn::GetAtt, Fn::Sub and DependsOn, and no pseudo parameter', () => {
    const Properties = {
      a: { Ref: 'A' },
      b: [{ 'Fn::GetAtt': ['B', 'Arn'] }, { 'Fn::GetAtt': 'C.Arn' }],
      c: { 'Fn::Sub': ['${D}-${E.Arn}-${given}-${AWS::Region}-${!F}', { given: { Ref: 'G' } }] },
      d: { Ref: 'AWS::NoValue' },
    };
    const references = referencesOf({ Type: 'T', Properties, DependsOn: ['H', 'A'] });
    expect([...references].sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'G', 'H']);
  });
});
