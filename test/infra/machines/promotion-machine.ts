import type { switchPointer } from '../../../functions/promote/switch-pointer.ts';
import { promotionMachine } from '../../../infra/machines/promotion.ts';
import { Conflict } from '../../../shared/errors.ts';
import type { PromotionWorld } from '../../functions/promote/promotion-world.ts';
import { type Fixture, openFixture } from '../../local/stepfunctions/harness.ts';

export const DEFINITION = JSON.stringify(
  promotionMachine({
    ...{ verify: 'verify', switchPointer: 'switch', confirm: 'confirm', refuse: 'refuse' },
    ...{ ask: 'ask', settle: 'settle', alertQueueUrl: 'https://sqs/alerts' },
  }),
);

export interface Stage {
  world: PromotionWorld;
  /** What the API answers, in turn, the last one for ever. */
  answering: (string | null)[];
  /** What the machine told the alert stage. */
  readonly told: Record<string, unknown>[];
  /** Somebody else changes the pointer before an undo. */
  raced: boolean;
  readonly machine: Fixture;
}

/** The promotion machine on the local interpreter, with the real use-cases as its tasks, errors as Lambda gives them. */
export function openStage(world: PromotionWorld): Stage {
  const told: Record<string, unknown>[] = [];
  const stage: Stage = { world, answering: [], told, raced: false, machine: openFixture(invoke) };
  const tokens = {
    answer: async (token: string, output: unknown) => {
      try {
        stage.machine.service.sendTaskOutcome(token, { output });
      } catch (error) {
        throw new Conflict((error as Error).message);
      }
    },
  };
  return stage;

  async function invoke(resource: string, input: unknown): Promise<unknown> {
    if (resource.includes('sqs')) {
      told.push(JSON.parse((input as { MessageBody: string }).MessageBody));
      return {};
    }
    const { FunctionName, Payload } = input as { FunctionName: keyof typeof steps; Payload: never };
    const { verify, change, confirm, refuse, ask, settle } = stage.world;
    const steps = {
      ...{ verify, refuse, settle, ask: ask(tokens), confirm: confirm(stage.answering).confirm },
      switch: (plan: Parameters<ReturnType<typeof switchPointer>>[0]) =>
        stage.raced && plan.kind === 'undo'
          ? Promise.reject(new Conflict('undo: somebody changed it first'))
          : change(plan),
    };
    try {
      return { Payload: await steps[FunctionName](Payload) };
    } catch (error) {
      const { name, message } = error as Error;
      const cause = JSON.stringify({ errorType: name, errorMessage: message, trace: ['at x'] });
      throw Object.assign(new Error(cause), { name });
    }
  }
}
