/** What one check found. */
export interface Finding {
  readonly check: string;
  /** `fail` makes the command fail; `warn` is to be looked at; `none`: there is nothing to be said yet. */
  readonly status: 'ok' | 'warn' | 'fail' | 'none';
  /** One sentence with its figures. */
  readonly says: string;
  /** What to do; null when nothing is to be done. */
  readonly remedy: string | null;
}

export function ok(check: string, says: string): Finding {
  return { check, status: 'ok', says, remedy: null };
}

/** Nothing is wrong, and nothing can be said. */
export function none(check: string, says: string): Finding {
  return { check, status: 'none', says, remedy: null };
}

export function warn(check: string, says: string, remedy: string): Finding {
  return { check, status: 'warn', says, remedy };
}

export function fail(check: string, says: string, remedy: string): Finding {
  return { check, status: 'fail', says, remedy };
}
