import { userInfo } from 'node:os';
import { Argument, type Command, Option } from 'commander';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import type { Control } from '../../shared/domain/risk/control.ts';
import type { RiskAnswer } from '../../shared/domain/scoring/risk-answer.ts';
import type { Api } from '../../shared/ports/api.ts';
import { apiAs, contextOf } from '../context.ts';
import { calendarDate } from '../options.ts';
import { showRisk } from '../risk/show.ts';

interface Rebuilt {
  readonly date: string;
  readonly trades: number;
  readonly results: number;
  readonly next: string | null;
}

interface Asked {
  readonly operator?: string;
  readonly reason: string;
}

export function riskCommand(program: Command): void {
  const risk = program
    .command('risk')
    .description(
      'limits beside their present values, open positions and what blocks; halt trading or let it go on',
    );
  risk
    .command('status', { isDefault: true })
    .description(
      'every limit beside its present value, the open positions, what blocks and what would lift it',
    )
    .addOption(new Option('--exchange <name>', 'only this exchange').choices([...EXCHANGES]))
    .action(async ({ exchange }: { exchange?: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const answer = await apiAs(connect(), 'operator').call<RiskAnswer>({
        method: 'GET',
        path: '/v1/risk',
        query: exchange === undefined ? {} : { exchange },
      });
      showRisk(answer, output);
      output.result({ ok: true, ...answer });
    });
  risk
    .command('rebuild')
    .description("book a session's trades and results again, from the reports and marks that are kept")
    .option('--date <date>', 'the session (YYYY-MM-DD); today when left out', calendarDate)
    .action(async ({ date }: { date?: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const body = date === undefined ? {} : { date };
      const api = apiAs(connect(), 'operator');
      const done = await rebuildAll(api, body, (trades) => output.line(`${trades} trades booked so far`));
      output.line(`${done.date}: ${done.trades} trades and ${done.results} results are booked`);
      output.result({ ok: true, ...done });
    });
  ordering(
    risk,
    'halt',
    'answer HOLD from now on, whatever the model says; positions stay as they are',
    (scope) =>
      `${scope === 'all' ? 'all exchanges are' : `${scope} is`} halted: every answer is HOLD from now on; ./oi risk resume ${scope} lets it go on`,
  );
  ordering(risk, 'resume', 'take a halt back; an exchange that was halted by itself stays so', (scope) =>
    scope === 'all' ? 'the halt of all exchanges is taken back' : `the halt of ${scope} is taken back`,
  );
}

/** A hundred trades a request, until there are no more. */
async function rebuildAll(api: Api, body: object, onProgress: (trades: number) => void): Promise<Rebuilt> {
  let trades = 0;
  for (let after: string | undefined; ; ) {
    const part = await api.call<Rebuilt>({
      method: 'POST',
      path: '/v1/risk/rebuild',
      body: { ...body, ...(after !== undefined && { after }) },
    });
    trades += part.trades;
    if (part.next === null) return { ...part, trades };
    onProgress(trades);
    after = part.next;
  }
}

function ordering(
  risk: Command,
  action: Control['action'],
  description: string,
  said: (scope: Control['scope']) => string,
): void {
  risk
    .command(action)
    .description(description)
    .addArgument(
      new Argument('[exchange]', 'one of them, or all').choices([...EXCHANGES, 'all']).default('all'),
    )
    .option('--operator <name>', "who decides; this account's name when left out")
    .requiredOption('--reason <text>', 'why')
    .action(async (scope: Control['scope'], asked: Asked, command: Command) => {
      const { output, connect } = contextOf(command);
      const api = apiAs(connect(), 'operator');
      const { operator = userInfo().username, reason } = asked;
      const body = { action, scope, operator, reason };
      const control = await api.call<Control>({ method: 'POST', path: '/v1/risk', body });
      output.line(said(control.scope));
      output.result({ ok: true, control });
    });
}
