import { describe, expect, it } from 'vitest';
import { type ReproductionReport, showReproduction, wantedVersion } from '../../../cli/models/reproduce.ts';
import { openOutput } from '../../../cli/output.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';

const model = (exchange: 'NSE' | 'BSE', version: string) => ({ exchange, version }) as ModelVersion;
const MODELS = [model('NSE', 'v1'), model('BSE', 'v1'), model('BSE', 'v2')];

describe('wantedVersion', () => {
  it('is told by its name alone where that is enough', () => {
    expect(wantedVersion(MODELS, 'v2', undefined).exchange).toBe('BSE');
    expect(wantedVersion(MODELS, 'v1', 'NSE').exchange).toBe('NSE');
  });

  it('is asked for where it is not, or where there is none', () => {
    expect(() => wantedVersion(MODELS, 'v1', undefined)).toThrow(
      '--exchange: expected NSE or BSE since both have v1, was none',
    );
    expect(() => wantedVersion(MODELS, 'v2', 'NSE')).toThrow(
      'version: expected a registered one of NSE, was v2; ./oi models lists them',
    );
    expect(() => wantedVersion([], 'v3', undefined)).toThrow('was v3');
  });
});

function shown(report: Partial<ReproductionReport>): string {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  const stream = { write } as never;
  const same: ReproductionReport = {
    exchange: 'NSE',
    target: 'tb15',
    version: 'v1',
    same: true,
    bundle_hash: 'a'.repeat(64),
    reproduced_hash: 'a'.repeat(64),
    different: [],
    changed: [],
    seconds: 12.3,
  };
  showReproduction({ ...same, ...report }, openOutput(false, stream, stream));
  return text;
}

describe('showReproduction', () => {
  it('says that it is the same, and what has changed all the same', () => {
    expect(shown({})).toBe('NSE v1: the same again, bundle hash aaaaaaaaaaaaaaaa (12 s)\n');
    const changed = [{ what: 'library node', was: 'v24.1.0', now: 'v24.2.0' }];
    expect(shown({ changed })).toContain('library node: was v24.1.0, is v24.2.0');
  });

  it('names each file and each cause', () => {
    const different = [
      { file: 'model.onnx', was: 'b'.repeat(64), now: 'c'.repeat(64) },
      { file: 'trees.json', was: 'd'.repeat(64), now: null },
    ];
    const text = shown({
      same: false,
      reproduced_hash: 'e'.repeat(64),
      different,
      changed: [{ what: 'code version', was: '1.0.0', now: '1.1.0' }],
    });
    expect(text).toContain('NOT the same: bundle hash was aaaaaaaaaaaaaaaa, is eeeeeeeeeeeeeeee');
    expect(text).toMatch(/model\.onnx +b{16} +c{16}/);
    expect(text).toMatch(/trees\.json +d{16} +absent/);
    expect(text).toContain('code version: was 1.0.0, is 1.1.0');
    expect(text).not.toContain('source of chance');
  });

  it('says so when no cause is known', () => {
    expect(shown({ same: false, reproduced_hash: 'f'.repeat(64) })).toContain('look for a source of chance');
  });
});
