// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Deployment, deploy } from '../../../local/cloudformation/deploy.ts';
import { physicalName } from '../../../local/cloudformation/physical-name.ts';
import { type ResourceHandler, resourceHandler } from '../../../local/cloudformation/resource.ts';
import { Template } from '../../../local/cloudformation/template.ts';

const identity = { accountId: '000000000000', region: 'ap-south-1', endpoint: 'http://127.0.0.1:1' };

/** Records what it creates: `Ref` is the name, `Arn` the name in brackets. */
function things(): { created: string[]; handler: ResourceHandler } {
  const created: string[] = [];
  const handler = resourceHandler({
    types: ['Test::Thing'],
    honoured: { Name: z.string() },
    ignored: { Colour: 'nobody sees it' },
    create: ({ Name }) => {
      created.push(Name);
      return { ref: Name, attributes: { Arn: `[${Name}]` } };
    },
  });
  return { created, handler };
}

function run(...templates: unknown[]): Promise<Deployment> & { created: string[] } {
  const { created, handler } = things();
  const stacks = templates.map((template, index) => ({
    name: `s${index}`,
    template: Template.parse(template),
  }));
  return Object.assign(deploy(stacks, [handler], identity), { created });
}

const thing = (Name: unknown, more: object = {}) => ({ Type: 'Test::Thing', Properties: { Name }, ...more });

describe('deploy', () => {
  test('creates in dependency order and resolves references', async () => {
    const running = run({
      Resources: { B: thing({ 'Fn::Join': ['+', ['b', { 'Fn::GetAtt': ['A', 'Arn'] }]] }), A: thing('a') },
      Outputs: { Out: { Value: { Ref: 'B' } }, ExportsOutputRefB: { Value: 'x' } },
    });
    expect((await running).outputs).toEqual({ s0: { Out: 'b+[a]' } });
    expect(running.created).toEqual(['a', 'b+[a]']);
  });

  test('hands exports of one stack to the next', async () => {
    const first = {
      Resources: { A: thing('a') },
      Outputs: { O: { Value: { Ref: 'A' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:A' } } } },
    };
    const running = run(first, { Resources: { B: thing({ 'Fn::ImportValue': 's0:A' }) } });
    await running;
    expect(running.created).toEqual(['a', 'a']);
  });

  test('leaves out resources and outputs whose condition does not hold', async () => {
    const running = run({
      Parameters: { Size: { Type: 'String', Default: 'small' } },
      Conditions: {
        Large: { 'Fn::Equals': [{ Ref: 'Size' }, 'large'] },
        Small: { 'Fn::Not': [{ Condition: 'Large' }] },
      },
      Resources: { A: thing('a', { Condition: 'Large' }), B: thing('b', { Condition: 'Small' }) },
      Outputs: { A: { Value: 'x', Condition: 'Large' }, B: { Value: 'y', Condition: 'Small' } },
    });
    expect((await running).outputs).toEqual({ s0: { B: 'y' } });
    expect(running.created).toEqual(['b']);
  });

  test('gives an inert type a name and an ARN', async () => {
    const { outputs } = await run({
      Resources: { Logs: { Type: 'AWS::Logs::LogGroup' } },
      Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Logs', 'Arn'] } } },
    });
    expect(outputs).toEqual({ s0: { Arn: 'arn:aws:logs:ap-south-1:000000000000:s0-Logs' } });
  });

  test('ignores a property that is listed with a reason', async () => {
    const running = run({
      Resources: { A: { Type: 'Test::Thing', Properties: { Name: 'a', Colour: 'red' } } },
    });
    await running;
    expect(running.created).toEqual(['a']);
  });

  test.each([
    [
      'an unknown resource type',
      { Resources: { A: { Type: 'AWS::Foo::Bar' } } },
      /was s0\.A \(AWS::Foo::Bar\)/,
    ],
    [
      'an unknown property',
      { Resources: { A: { Type: 'Test::Thing', Properties: { Name: 'a', Weight: 1 } } } },
      /s0\.A \(Test::Thing\)[\s\S]*Weight/,
    ],
    [
      'an unknown reference',
      { Resources: { A: thing({ Ref: 'Nobody' }) } },
      /s0: expected a resource, .* was Nobody/,
    ],
    [
      'an unknown attribute',
      { Resources: { A: thing('a'), B: thing({ 'Fn::GetAtt': ['A', 'Url'] }) } },
      /A\.Url \(Test::Thing\)/,
    ],
    [
      'an unknown export',
      { Resources: { A: thing({ 'Fn::ImportValue': 'x' }) } },
      /export of an earlier stack, was x/,
    ],
    ['a cycle', { Resources: { A: thing({ Ref: 'B' }), B: thing({ Ref: 'A' }) } }, /A -> B -> A/],
  ])('refuses %s by name', async (_, template, message) => {
    await expect(run(template)).rejects.toThrow(message);
  });

  test('creates nothing when a type is unknown', async () => {
    const running = run({ Resources: { A: thing('a'), B: { Type: 'AWS::Foo::Bar' } } });
    await expect(running).rejects.toThrow();
    expect(running.created).toEqual([]);
  });
});

test('a section that templates may not use is refused', () => {
  expect(() => Template.parse({ Transform: 'AWS::Serverless-2016-10-31' })).toThrow(/Transform/);
});

describe('physicalName', () => {
  test('is stack and logical id', () => {
    expect(physicalName('data', 'Lake', 63)).toBe('data-Lake');
  });

  test('is cut to its limit, and still differs', () => {
    const names = ['a', 'b'].map((end) => physicalName('stack', `${'x'.repeat(80)}${end}`, 63));
    expect(names.map((name) => name.length)).toEqual([63, 63]);
    expect(new Set(names).size).toBe(2);
  });
});
