import { describe, expect, it } from 'vitest';
import { setView, VIEWS, viewsIn } from '../../../cli/sql/view-names.ts';

describe('viewsIn', () => {
  it.each([
    ['select * from chain', ['chain']],
    ['SELECT * FROM Chain c JOIN raw USING (snapshot_id)', ['chain', 'raw']],
    ['select * from features_tracker_v2 join labels using (uid)', ['features', 'labels']],
    [
      'select count(*) from recommendations r join outcomes o on o.recommendation_id = r.id',
      ['recommendations', 'outcomes'],
    ],
    ['select f.label from feedback f, controls', ['feedback', 'controls']],
    ['select 1', []],
    ['select rawness, mychain from blockchain', []],
  ])('%s', (sql, views) => {
    expect(viewsIn(sql)).toEqual(views);
  });

  it.each(['show tables', '  PRAGMA show_tables', 'select * from information_schema.tables'])(
    'takes all for %s',
    (sql) => {
      expect(viewsIn(sql)).toEqual(VIEWS);
    },
  );

  it('names the view of a set so that SQL takes it', () => {
    expect(setView('features', 'tracker-v2')).toBe('features_tracker_v2');
    expect(viewsIn(`select * from ${setView('labels', 'tracker-tb15-v1')}`)).toEqual(['labels']);
  });
});
