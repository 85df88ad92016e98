import { describe, expect, it } from 'vitest';
import { sealWaiting } from '../../../functions/audit/seal-waiting.ts';
import type { AuditEntry } from '../../../shared/domain/audit/log-entry.ts';
import { Temporary } from '../../../shared/errors.ts';
import type { AuditRef } from '../../../shared/ports/audit-log.ts';

const NOW_MS = Date.UTC(2025, 11, 4, 7, 5);
const refs = (count: number, from = 0): AuditRef[] =>
  Array.from({ length: count }, (_, at) => ({ kind: 'recommendation', id: `R${from + at}` }));
const idOf = (ref: AuditRef) => (ref as { id: string }).id;

/** A log in which these wait; `refuse` says which parts cannot be sealed, and how. */
function log(
  waiting: AuditRef[],
  refuse: (part: readonly AuditRef[]) => Error | undefined = () => undefined,
) {
  const open = new Set(waiting.map(idOf));
  const parts: string[][] = [];
  const faults: string[] = [];
  const looks: (string | number)[][] = [];
  const state = { isBlind: false };
  const seal = sealWaiting({
    log: {
      async waiting(before, limit) {
        looks.push([before, limit]);
        if (state.isBlind) throw new Error('no index');
        return waiting.filter((ref) => open.has(idOf(ref))).slice(0, limit);
      },
    },
    async seal(part) {
      const error = refuse(part);
      if (error !== undefined) throw error;
      const sealed = part.map(idOf).filter((id) => open.delete(id));
      if (sealed.length > 0) parts.push(sealed);
      return sealed.map(
        (id, index) => ({ index, kind: 'recommendation', record: { id } }) as unknown as AuditEntry,
      );
    },
    clock: () => NOW_MS,
    onFault: ({ message }) => void faults.push(message),
  });
  return { seal, parts, faults, looks, open, state };
}

describe('sealWaiting', () => {
  it('seals what it is told of and what else waits in one part', async () => {
    const { seal, parts, looks, open } = log(refs(5));
    expect(await seal(refs(1, 3))).toHaveLength(5);
    expect(parts).toEqual([['R3', 'R0', 'R1', 'R2', 'R4']]);
    expect(looks).toEqual([['2025-12-04T07:06:00.000Z', 99]]);
    expect(open.size).toBe(0);
  });

  it('goes on part by part, none larger than a transaction, until nothing waits', async () => {
    const { seal, parts, open } = log(refs(250));
    expect(await seal(refs(90, 200))).toHaveLength(250);
    expect(parts.every((part) => part.length <= 99)).toBe(true);
    expect(new Set(parts.flat()).size).toBe(250);
    expect(open.size).toBe(0);
  });

  it('ends where what waits cannot be sealed', async () => {
    const { seal, parts, open } = log(refs(300));
    open.clear();
    for (const ref of refs(120)) open.add(idOf(ref));
    const never = log(refs(300), (part) => (part.length > 90 ? new Error('broken') : undefined));
    expect(await never.seal(refs(2))).toHaveLength(2);
    expect(never.faults).toEqual(['broken', 'broken']);
    expect(await seal([])).toHaveLength(120);
    expect(parts.flat()).toHaveLength(120);
  });

  it('seals what it is told of alone where one of the others is broken', async () => {
    const broken = (part: readonly AuditRef[]) =>
      part.some((ref) => idOf(ref) === 'R1') ? new Error('not to be read') : undefined;
    const { seal, parts, faults } = log(refs(3), broken);
    expect(await seal(refs(1, 2))).toHaveLength(1);
    expect([parts, faults]).toEqual([[['R2']], ['not to be read']]);
    await expect(seal(refs(1, 1))).rejects.toThrow('not to be read');
  });

  it('needs no index for what it is told of', async () => {
    const { seal, parts, faults, state } = log(refs(3));
    state.isBlind = true;
    expect(await seal(refs(2))).toHaveLength(2);
    expect([parts, faults]).toEqual([[['R0', 'R1']], ['no index']]);
  });

  it('gives its messages back when others were always faster', async () => {
    const { seal, faults } = log(refs(3), () => new Temporary('audit: always somebody faster'));
    await expect(seal(refs(1))).rejects.toThrow('faster');
    expect(faults).toEqual([]);
  });
});
