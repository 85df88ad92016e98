import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bundleHash,
  bundleVersion,
  SCORING_FILES,
  sha256Hex,
  verifyBundle,
} from '../../../../shared/domain/training/bundle.ts';
import { canonicalJson } from '../../../../shared/domain/training/canonical-json.ts';
import { configurationHash } from '../../../../shared/domain/training/trial.ts';

const hashes = Object.fromEntries(SCORING_FILES.map((path, at) => [path, String(at).repeat(64)]));

describe('bundleHash', () => {
  it('covers every scoring file and nothing else', () => {
    const hash = bundleHash(hashes);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(bundleHash({ ...hashes, 'report.json': 'a'.repeat(64) })).toBe(hash);
    for (const path of SCORING_FILES)
      expect(bundleHash({ ...hashes, [path]: 'f'.repeat(64) })).not.toBe(hash);
  });

  it('does not depend on the order of the files', () => {
    expect(bundleHash(Object.fromEntries(Object.entries(hashes).reverse()))).toBe(bundleHash(hashes));
  });

  it('is the hash of the sorted lines', () => {
    expect(bundleHash({ 'model.onnx': 'b'.repeat(64) })).toBe(sha256Hex(`model.onnx ${'b'.repeat(64)}\n`));
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('names the version', () => {
    expect(bundleVersion('2025-12-04', 'a1b2c3d4e5')).toBe('2025-12-04-a1b2c3d4');
  });
});

describe('verifyBundle', () => {
  it('needs its table of contents', () => {
    expect(() => verifyBundle(new Map())).toThrow('bundle.json: expected in the bundle, was absent');
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }] })).toBe('{"a":[{"c":"x","d":null}],"b":1}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
        const reversed = Object.fromEntries(Object.entries(record).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(record));
        expect(JSON.parse(canonicalJson(record))).toEqual(JSON.parse(JSON.stringify(record)));
      }),
    );
  });
});

describe('configurationHash', () => {
  const configuration = {
    family: 'lightgbm',
    target: 'tb15',
    featureSet: 'f',
    parameters: { a: 1, b: 2 },
    rounds: 10,
  };

  it('is equal for equal configurations and differs for others', () => {
    const same = configurationHash({ ...configuration, parameters: { b: 2, a: 1 } });
    expect(same).toBe(configurationHash(configuration));
    expect(configurationHash({ ...configuration, rounds: 11 })).not.toBe(same);
    expect(configurationHash({ ...configuration, parameters: { a: 1, b: 3 } })).not.toBe(same);
  });
});
