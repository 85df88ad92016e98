import type { DaySummary } from '../../shared/domain/features/day-summary.ts';

/** A quiet session, received and recorded at its close; `overrides` replace single fields. */
export function aDaySummary(overrides: Partial<DaySummary> = {}): DaySummary {
  const date = overrides.date ?? '2025-12-03';
  return {
    date,
    closeAtmIv: 0.11,
    openUnderlying: 26_000,
    closeUnderlying: 26_000,
    dailyVolatility: 0.006,
    received_at: `${date}T10:00:00.000Z`,
    recorded_at: `${date}T10:00:00.000Z`,
    ...overrides,
  };
}
