import { promotionRequestSchema } from '../../../../functions/promote/promotion-request.ts';
import { recordRefusal } from '../../../../functions/promote/record-refusal.ts';
import { switchPointer, type Undo } from '../../../../functions/promote/switch-pointer.ts';
import { verifyPromotion } from '../../../../functions/promote/verify-promotion.ts';
import type { HistoryRow } from '../../../../shared/domain/promotion/registry.ts';
import { Temporary } from '../../../../shared/errors.ts';
import type { Clock } from '../../../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../../../shared/ports/model-registry.ts';
import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import { type Actor, Crashed } from './scheduler.ts';

/** As infra/machines/asl.ts tries a task whose error passes. */
const MAX_ATTEMPTS = 5;

export interface Asked {
  readonly action: 'promote' | 'rollback';
  readonly version?: string;
  readonly override: boolean;
  /** Whether the new version answers through the API after the switch. */
  readonly answers: boolean;
  /** After a crash: the state is run again, its error is caught by the machine, or the execution is gone for good. */
  readonly afterCrash: 'again' | 'caught' | 'gone';
}

/** What an execution of the promotion machine has come to. */
export interface Execution extends Asked {
  readonly id: string;
  /** What it planned on: the live version with the pointer's revision; undefined while it has no plan. */
  base?: string;
  /** States whose outcome it heard: what it was told to have done, in order. */
  readonly heard: string[];
  /** The error that ended it; undefined when it came to its end or is gone. */
  error?: string;
  gone?: true;
  crashes: number;
}

interface Ports {
  readonly models: ModelRegistry;
  readonly bucket: ObjectStore;
  readonly clock: Clock;
}

/** Runs the states of infra/machines/promotion.ts by the functions that they invoke; what it comes to is noted. */
export function promotionExecution(actor: Actor, ports: Ports, run: Execution): () => Promise<void> {
  const verify = verifyPromotion({ ...ports, smokeTest: async () => {} });
  const change = switchPointer(ports);
  const refuse = recordRefusal(ports);
  const request = promotionRequestSchema.parse({
    ...{ action: run.action, version: run.version, override: run.override, execution: run.id },
    ...{ exchange: 'NSE', operator: 'asha', reason: 'interleaved' },
  });

  async function state<T>(task: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await actor.attempt(task);
      } catch (error) {
        const crashed = error instanceof Crashed;
        if (crashed) run.crashes += 1;
        if (crashed && run.afterCrash === 'gone') throw error;
        const again = error instanceof Temporary || (crashed && run.afterCrash === 'again');
        if (!again || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  async function promoteOrBack(): Promise<void> {
    const plan = await state(() => verify(request));
    const { from_version, pointer_revision } = plan.change.history;
    run.base = `${from_version} ${pointer_revision - 1}`;
    const { undo } = await state(() => change(plan));
    run.heard.push('switched');
    if (run.answers || undo === null) return;
    try {
      await state(() => change({ ...undo, cause: 'silent' } as Undo));
      run.heard.push('taken back');
    } catch (error) {
      if (error instanceof Crashed) throw error;
      run.heard.push(`not taken back: ${(error as Error).name}`);
    }
  }

  return async () => {
    try {
      await promoteOrBack();
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'Crashed' && run.afterCrash === 'gone') {
        run.gone = true;
        return;
      }
      run.error = name;
      if (run.heard.length > 0) return;
      await recordFailure(name, message);
    }
  };

  async function recordFailure(error: string, cause: string): Promise<void> {
    try {
      const row: HistoryRow = await state(() => refuse({ request, error, cause }));
      run.heard.push(row.event);
    } catch (failed) {
      if (failed instanceof Crashed || failed instanceof Temporary) run.gone = true;
      else throw failed;
    }
  }
}
