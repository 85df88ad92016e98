import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complianceClass } from '../../../../shared/domain/promotion/compliance-class.ts';
import { liveAt } from '../../../../shared/domain/promotion/live-at.ts';
import { planPromotion } from '../../../../shared/domain/promotion/plan-promotion.ts';
import { planRollback } from '../../../../shared/domain/promotion/plan-rollback.ts';
import { recordVerdict } from '../../../../shared/domain/promotion/record-verdict.ts';
import {
  historyRowSchema,
  livePointerSchema,
  modelVersionSchema,
} from '../../../../shared/domain/promotion/registry.ts';
import { MemoryRegistry, NOW, passing, request, versionRow } from './registry-case.ts';

const a = versionRow('a', { status: 'live' });
const b = versionRow('b');

describe('promotion', () => {
  test('the first model: the pointer must not exist yet', () => {
    const plan = planPromotion(request(b, null));
    expect(plan.kind).toBe('switch');
    expect(plan.change.pointer?.revision).toBe(1);
    expect(plan.change.versions.map((row) => [row.status, row.revision])).toEqual([['live', 2]]);
    expect(plan.change.history).toMatchObject({
      event: 'promoted',
      from_version: null,
      compliance_class: 'logic',
      pointer_revision: 1,
    });
  });

  test('a successor: expects the pointer it read, retires what was live', () => {
    const plan = planPromotion(request(b, a));
    if (plan.kind !== 'switch') throw new Error(plan.refusal);
    expect(plan.pointer).toMatchObject({ version: b.version, previous_version: a.version, revision: 2 });
    const rows = plan.change.versions.map((row) => [row.version, row.status]);
    expect(rows).toEqual([
      [b.version, 'live'],
      [a.version, 'retired'],
    ]);
    expect(plan.change.history).toMatchObject({
      compliance_class: 'parameters',
      override: false,
      refusal: null,
    });
  });

  test('every record of a plan fits its schema', () => {
    const { versions, pointer, history } = planPromotion(request(b, a)).change;
    for (const row of versions) expect(modelVersionSchema.parse(row)).toEqual(row);
    expect(livePointerSchema.parse(pointer)).toEqual(pointer);
    expect(historyRowSchema.parse(history)).toEqual(history);
  });

  test('a research target is refused, whatever its verdict and whoever overrides it', () => {
    const research = versionRow('c', { target: 'dir5' });
    const plan = planPromotion(request(research, null, { override: true }));
    if (plan.kind !== 'refused') throw new Error('expected a refusal');
    expect(plan.refusal).toBe(
      'target dir5 is research: scoring serves tb15 only, so a model of it would answer nobody',
    );
    expect(plan.change.history).toMatchObject({ event: 'refused', target: 'dir5', refusal: plan.refusal });
  });

  const failing = { ...passing(b), pass: false, failed: ['sharpe', 'export-exact'] };
  test.each([
    ['no verdict', { verdict: null }, 'has no verdict'],
    ['a failing verdict', { verdict: failing }, 'refused version 2026-03-02-bbbbbbbb: sharpe, export-exact'],
    [
      'a verdict on another bundle',
      { verdict: { ...passing(b), bundle_hash: 'c'.repeat(64) } },
      'on bundle cccccccc',
    ],
    ['no operator', { operator: ' ' }, 'name of an operator'],
    ['no reason', { reason: '' }, 'a reason'],
  ])('%s is refused, and only the refusal is written', (_name, change, words) => {
    const plan = planPromotion(request(b, a, change));
    if (plan.kind !== 'refused') throw new Error('expected a refusal');
    expect(plan.refusal).toContain(words);
    expect(plan.change).toEqual({ versions: [], history: plan.change.history });
    expect(historyRowSchema.parse(plan.change.history)).toMatchObject({
      event: 'refused',
      pointer_revision: 1,
    });
  });

  test('what is live already is refused, override or not', () =>
    expect(planPromotion(request(a, a, { override: true }))).toMatchObject({ kind: 'refused' }));
  test('an override goes against the verdict, and the history says so', () =>
    expect(planPromotion(request(b, a, { verdict: failing, override: true })).change.history).toMatchObject({
      event: 'promoted',
      override: true,
    }));
  test('an override that was not needed is none', () =>
    expect(planPromotion(request(b, a, { override: true })).change.history.override).toBe(false));
  test('what an operator turned down is refused, though it passed, unless it is overridden', () => {
    const turnedDown = versionRow('b', { status: 'rejected' });
    const plan = planPromotion(request(turnedDown, a));
    if (plan.kind !== 'refused') throw new Error('expected a refusal');
    expect(plan.refusal).toBe(`an operator rejected version ${b.version}`);
    expect(planPromotion(request(turnedDown, a, { override: true })).change.history).toMatchObject({
      event: 'promoted',
      override: true,
    });
  });
  test('an override still needs a reason', () =>
    expect(planPromotion(request(b, a, { verdict: failing, override: true, reason: '' })).kind).toBe(
      'refused',
    ));
  test('a pointer without its row is our mistake', () =>
    expect(() => planPromotion(request(b, a, { live: null }))).toThrow('was none'));
  test('a candidate of another exchange is our mistake', () =>
    expect(() => planPromotion(request(versionRow('b', { exchange: 'BSE' }), a))).toThrow('was BSE tb15'));
});

describe('rollback', () => {
  const switched = planPromotion(request(b, a));
  if (switched.kind !== 'switch') throw new Error('expected a switch');
  const base = {
    pointer: switched.pointer,
    live: { ...b, status: 'live' as const, revision: 2 },
    previous: { ...a, status: 'retired' as const, revision: 2 },
    operator: 'asha',
    reason: 'worse hit rate',
    now: NOW,
    execution: null,
    override: false,
  };
  test('returns to the version before', () => {
    const plan = planRollback(base);
    if (plan.kind !== 'switch') throw new Error(plan.refusal);
    expect(plan.pointer).toMatchObject({ version: a.version, previous_version: b.version, revision: 3 });
    expect(plan.change.history).toMatchObject({
      event: 'rolled_back',
      from_version: b.version,
      to_version: a.version,
      override: false,
    });
  });
  test.each([
    [false, 'the gate refused version 2026-03-02-aaaaaaaa'],
    [null, 'version 2026-03-02-aaaaaaaa has no verdict'],
  ])('to a version whose verdict is %s is refused without an override', (verdict_pass, words) => {
    const previous = { ...base.previous, verdict_pass };
    const plan = planRollback({ ...base, previous });
    if (plan.kind !== 'refused') throw new Error('expected a refusal');
    expect(plan.refusal).toContain(words);
    expect(plan.change).toEqual({ versions: [], history: plan.change.history });
    expect(plan.change.history).toMatchObject({ event: 'refused', override: false, pointer_revision: 2 });
    const overridden = planRollback({ ...base, previous, override: true });
    expect(overridden).toMatchObject({ kind: 'switch', pointer: { version: a.version } });
    expect(overridden.change.history).toMatchObject({ event: 'rolled_back', override: true });
  });
  test('an override that was not needed is none', () =>
    expect(planRollback({ ...base, override: true }).change.history.override).toBe(false));
  test('rolling back twice is back at what the gate refused, and needs the override again', () => {
    const refusedLive = { ...base.live, verdict_pass: false };
    const back = planRollback({ ...base, live: refusedLive });
    if (back.kind !== 'switch') throw new Error(back.refusal);
    const again = { ...base, pointer: back.pointer, live: base.previous, previous: refusedLive };
    expect(planRollback(again).kind).toBe('refused');
    expect(planRollback({ ...again, override: true }).change.history).toMatchObject({
      to_version: b.version,
      override: true,
    });
  });
  test('without a version before it is refused', () =>
    expect(
      planRollback({ ...base, pointer: { ...base.pointer, previous_version: null }, previous: null }),
    ).toMatchObject({
      kind: 'refused',
    }));
  test('with the wrong row it is refused', () =>
    expect(planRollback({ ...base, previous: versionRow('c') })).toMatchObject({ kind: 'refused' }));
  test('without a reason it is refused', () =>
    expect(planRollback({ ...base, reason: ' ' }).kind).toBe('refused'));
  test('with nothing live there is nothing to roll back', () =>
    expect(() => planRollback({ ...base, pointer: null })).toThrow('expected a live version'));
});

describe('a verdict in the registry', () => {
  const fresh = versionRow('b', {
    status: 'candidate',
    verdict_key: null,
    verdict_hash: null,
    verdict_pass: null,
  });
  const stored = { key: 'reports/NSE/tb15/v/verdict.json', sha256: '9'.repeat(64) };
  test('approves or rejects', () => {
    expect(recordVerdict(fresh, passing(fresh), stored)).toMatchObject({
      status: 'approved',
      verdict_pass: true,
      revision: 2,
    });
    expect(recordVerdict(fresh, { ...passing(fresh), pass: false }, stored).status).toBe('rejected');
  });
  test('on another bundle is our mistake', () =>
    expect(() => recordVerdict(fresh, passing(a), stored)).toThrow('expected bundle'));
  test('does not change after deployment', () =>
    expect(() => recordVerdict(versionRow('b', { status: 'live' }), passing(b), stored)).toThrow(
      'a different one',
    ));
});

test('compliance class', () => {
  expect(complianceClass(null, 'x')).toBe('logic');
  expect(complianceClass('x', 'x')).toBe('parameters');
  expect(complianceClass('y', 'x')).toBe('logic');
});

test('any order of racing switches: one winner each, history and pointer agree', () => {
  const step = fc.record({
    kind: fc.constantFrom('promote', 'rollback'),
    pick: fc.nat(3),
    stale: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const registry = new MemoryRegistry();
      for (const digit of 'abcd') registry.versions.set(versionRow(digit).version, versionRow(digit));
      let held = { pointer: registry.pointer, versions: new Map(registry.versions) };
      for (const [i, { kind, pick, stale }] of steps.entries()) {
        const view = stale ? held : { pointer: registry.pointer, versions: new Map(registry.versions) };
        const { pointer, versions } = view;
        const rowOf = (version: string | null | undefined) =>
          version == null ? null : (versions.get(version) ?? null);
        const live = rowOf(pointer?.version);
        const common = {
          operator: 'o',
          reason: 'r',
          now: new Date(Date.parse(NOW) + i * 1000).toISOString(),
          execution: null,
        };
        const before = registry.pointer;
        if (kind === 'rollback' && pointer === null) continue;
        const candidate = [...versions.values()][pick] ?? versionRow('a');
        const plan =
          kind === 'promote'
            ? planPromotion({
                ...common,
                pointer,
                live,
                candidate,
                verdict: passing(candidate),
                override: false,
              })
            : planRollback({
                ...common,
                ...{ pointer, live, previous: rowOf(pointer?.previous_version), override: false },
              });
        const won = registry.commit(plan.change);
        if (plan.kind === 'switch') {
          expect(won).toBe(pointer?.revision === before?.revision);
          expect(registry.pointer?.version).toBe(won ? plan.pointer.version : before?.version);
        }
        if (i % 3 === 0) held = { pointer: registry.pointer, versions: new Map(registry.versions) };
      }
      const liveRows = [...registry.versions.values()].filter((row) => row.status === 'live');
      expect(liveRows.map((row) => row.version)).toEqual(
        registry.pointer === null ? [] : [registry.pointer.version],
      );
      expect(liveAt(registry.history, '2027-01-01T00:00:00.000Z')).toBe(registry.pointer?.version ?? null);
    }),
  );
});

test('which version was live at a moment', () => {
  const first = planPromotion(request(a, null, { now: '2026-03-02T04:00:00.000Z' })).change.history;
  const second = { ...planPromotion(request(b, a, { now: '2026-03-03T04:00:00.000Z' })).change.history };
  expect(liveAt([second, first], '2026-03-01T00:00:00.000Z')).toBeNull();
  expect(liveAt([second, first], '2026-03-02T05:00:00+05:30')).toBeNull();
  expect(liveAt([second, first], '2026-03-02T09:30:00+05:30')).toBe(a.version);
  expect(liveAt([second, first], '2026-03-04T00:00:00.000Z')).toBe(b.version);
});
