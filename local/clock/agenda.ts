/** One task on the agenda; `order` breaks ties, so that tasks of one instant run in the order they were added. */
export interface AgendaEntry {
  readonly atMs: number;
  readonly order: number;
  readonly task: () => void | Promise<void>;
  cancelled: boolean;
}

function isBefore(a: AgendaEntry, b: AgendaEntry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Tasks by due time (a binary heap). Cancelled entries are dropped when they reach the top. */
export class Agenda {
  readonly #heap: AgendaEntry[] = [];
  #added = 0;

  /** Adds a task due at `atMs` (epoch milliseconds, finite). Set `cancelled` on the returned entry to drop it. */
  add(atMs: number, task: () => void | Promise<void>): AgendaEntry {
    const entry: AgendaEntry = { atMs, order: this.#added++, task, cancelled: false };
    this.#heap.push(entry);
    this.#siftUp(this.#heap.length - 1);
    return entry;
  }

  /** The due time of the first task, or null when the agenda is empty. */
  nextMs(): number | null {
    this.#dropCancelled();
    return this.#heap[0]?.atMs ?? null;
  }

  /** Takes the tasks whose time has come at `nowMs`, in order. */
  takeAllDue(nowMs: number): AgendaEntry[] {
    const due: AgendaEntry[] = [];
    while ((this.nextMs() ?? Number.POSITIVE_INFINITY) <= nowMs) due.push(this.#takeFirst());
    return due;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) this.#takeFirst();
  }

  #takeFirst(): AgendaEntry {
    const first = this.#heap[0]!;
    const last = this.#heap.pop()!;
    if (last !== first) {
      this.#heap[0] = last;
      this.#siftDown();
    }
    return first;
  }

  #siftUp(start: number): void {
    let child = start;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isBefore(this.#heap[child]!, this.#heap[parent]!)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #siftDown(): void {
    let parent = 0;
    for (;;) {
      let first = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        const entry = this.#heap[child];
        if (entry !== undefined && isBefore(entry, this.#heap[first]!)) first = child;
      }
      if (first === parent) return;
      this.#swap(first, parent);
      parent = first;
    }
  }

  #swap(i: number, j: number): void {
    const entry = this.#heap[i]!;
    this.#heap[i] = this.#heap[j]!;
    this.#heap[j] = entry;
  }
}
