import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { nativeLayer, optionalLayer } from '../../../infra/constructs/native-layer.ts';
import { readSettings } from '../../../infra/settings.ts';
import { buildLayer } from '../../../layers/lightgbm/build.ts';
import { parseArch } from '../../../layers/wheels/wheel.ts';

const arch = parseArch([]);
// An app is synthesised once, with what it holds then.
const newStack = () => new Stack(new App({ context: { architecture: arch } }), 'layers');
const settings = readSettings(new App({ context: { architecture: arch } }));
const missing = `layers/nothing/build/${arch}: expected the built layer; run: node layers/nothing/build.ts --arch ${arch}`;

describe('a layer that was built', () => {
  it('is taken, whether it is a must or not', () => {
    buildLayer(arch);
    const stack = newStack();
    expect(optionalLayer(stack, 'lightgbm', settings)).toHaveLength(1);
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::LayerVersion', {
      Description: 'Native code of lightgbm',
      CompatibleArchitectures: [arch === 'x64' ? 'x86_64' : 'arm64'],
    });
  });
});

describe('a layer that was not built', () => {
  it('ends the synthesis when it is a must, with the command that builds it', () => {
    expect(() => nativeLayer(newStack(), 'nothing', settings)).toThrow(missing);
  });

  it('is left out with a note when it is optional', () => {
    const stack = newStack();
    expect(optionalLayer(stack, 'nothing', settings)).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::LayerVersion', 0);
    Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp('left out: layers/nothing/build'));
  });
});
