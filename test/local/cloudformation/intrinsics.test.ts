// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
import { describe, expect, test } from 'vitest';
import { resolve, type Scope } from '../../../local/cloudformation/intrinsics.ts';

const scope: Scope = {
  ref: (name) => `ref:${name}`,
  attribute: (logicalId, attribute) => `${logicalId}#${attribute}`,
  importValue: (name) => `import:${name}`,
  condition: (name) => name === 'Yes',
  mapping: (...keys) => keys.join('/'),
};
const value = (template: unknown) => resolve(template, scope, 'Stack.Resource');

describe('intrinsics', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref', { Ref: 'AWS::Region' }, 'ref:AWS::Region'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue#Arn'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Stack.Outputs.Url' }, 'Stack#Outputs.Url'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }, 'a-ref:B'],
    ['Fn::Sub', { 'Fn::Sub': 'x-${AWS::Region}-${Q.Arn}-${!kept}' }, 'x-ref:AWS::Region-Q#Arn-${kept}'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${a}/${B}', { a: { Ref: 'C' } }] }, 'ref:C/ref:B'],
    ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${S}:x' } }, 'import:ref:S:x'],
    ['Fn::Select', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['M', 'a', 'b'] }, 'M/a/b'],
    ['Fn::If', { 'Fn::If': ['Yes', 1, 2] }, 1],
    ['Fn::If otherwise', { 'Fn::If': ['No', 1, 2] }, 2],
    ['Fn::Equals', { 'Fn::Equals': ['1', 1] }, true],
    ['Fn::Not', { 'Fn::Not': [{ Condition: 'Yes' }] }, false],
    ['Fn::And', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    ['Fn::Or', { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
  ])('%s', (_, template, expected) => {
    expect(value(template)).toEqual(expected);
  });

  test('leaves out what Ref AWS::NoValue stands for, in objects and lists', () => {
    expect(
      value({ a: { Ref: 'AWS::NoValue' }, b: [1, { 'Fn::If': ['No', 2, { Ref: 'AWS::NoValue' }] }] }),
    ).toEqual({
      b: [1],
    });
  });

  test('leaves the Condition of a policy statement alone', () => {
    const statement = { Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(value(statement)).toEqual(statement);
  });

  test('evaluates only the chosen branch of Fn::If', () => {
    expect(value({ 'Fn::If': ['Yes', 'a', { 'Fn::Nonsense': [] }] })).toBe('a');
  });

  test.each([
    [
      'an unknown intrinsic',
      { a: { 'Fn::Cidr': [] } },
      'Stack.Resource.a: expected a known intrinsic function, was Fn::Cidr',
    ],
    [
      'an index out of range',
      { 'Fn::Select': [2, ['a']] },
      'Stack.Resource: expected Fn::Select index below 1, was 2',
    ],
    [
      'a Join without a list',
      { 'Fn::Join': ['-', 'a'] },
      'Stack.Resource: expected a list in Fn::Join, was "a"',
    ],
  ])('names %s', (_, template, message) => {
    expect(() => value(template)).toThrow(message);
  });
});
