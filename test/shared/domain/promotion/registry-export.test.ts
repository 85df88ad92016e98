import { describe, expect, test } from 'vitest';
import { deploymentsLog, registryDocument } from '../../../../shared/domain/promotion/registry-export.ts';
import { aHistoryRow, aLivePointer, aModelVersion } from '../../../factories/registry.ts';

const empty = { exchange: 'NSE', target: 'tb15', live: undefined, versions: [], history: [] };

describe('registry.yml', () => {
  test('names what is live and each version with its dataset, bundle and verdict', () => {
    const row = aModelVersion({
      status: 'live',
      verdict_key: 'reports/v/verdict.json',
      verdict_hash: 'd'.repeat(64),
      verdict_pass: true,
      imported_by: 'anita',
    });
    const live = aLivePointer();
    expect(registryDocument([{ ...empty, live, versions: [row] }])).toEqual({
      NSE: {
        tb15: {
          live: { version: live.version, since: live.since, previous_version: null, revision: 1 },
          versions: [
            {
              version: row.version,
              status: 'live',
              family: 'lightgbm',
              feature_set: 'tracker-v2',
              imported_by: 'anita',
              dataset: { version: row.dataset_version, content_hash: row.dataset_hash },
              code_version: '0.1.0',
              learnt_through: row.training_cutoff,
              made: row.created_at,
              bundle: { prefix: row.bundle_prefix, hash: row.bundle_hash, logic_hash: row.logic_hash },
              verdict: { pass: true, key: 'reports/v/verdict.json', sha256: 'd'.repeat(64) },
            },
          ],
        },
      },
    });
  });

  test('leaves out what has no versions, and says null where nothing is live', () => {
    expect(registryDocument([empty])).toEqual({});
    const documents = registryDocument([{ ...empty, versions: [aModelVersion()] }]);
    expect(documents).toMatchObject({ NSE: { tb15: { live: null, versions: [{ verdict: null }] } } });
  });
});

describe('deployments.log', () => {
  test('is one line an event, by time, with the class of each', () => {
    const late = aHistoryRow({ at: '2025-12-05T07:05:00.000Z', compliance_class: 'parameters' });
    const early = aHistoryRow({ exchange: 'BSE' });
    const parts = [
      { ...empty, history: [late] },
      { ...empty, exchange: 'BSE', history: [early] },
    ];
    expect(deploymentsLog(parts)).toBe(
      '2025-12-04T07:05:00.000Z BSE tb15 promoted from=- to=2025-12-04-aaaaaaaa class=logic operator="asha" reason="better"\n' +
        '2025-12-05T07:05:00.000Z NSE tb15 promoted from=- to=2025-12-04-aaaaaaaa class=parameters operator="asha" reason="better"\n',
    );
    expect(deploymentsLog([empty])).toBe('');
  });

  test('keeps a line a line, whatever a person wrote', () => {
    const row = aHistoryRow({
      event: 'refused',
      reason: 'two\nlines "quoted"',
      refusal: 'no verdict',
      verdict_hash: 'd'.repeat(64),
      execution: 'run:1',
    });
    const text = deploymentsLog([{ ...empty, history: [row] }]);
    expect(text.trimEnd().split('\n')).toHaveLength(1);
    expect(text).toContain(
      'reason="two\\nlines \\"quoted\\"" refusal="no verdict" verdict=dddddddddddddddd execution=run:1',
    );
  });

  test('keeps events of one millisecond in their order', () => {
    const history = ['a', 'b', 'c'].map((to_version) => aHistoryRow({ to_version }));
    expect(deploymentsLog([{ ...empty, history }]).match(/to=\w/g)).toEqual(['to=a', 'to=b', 'to=c']);
  });
});
