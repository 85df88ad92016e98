import { Command } from 'commander';
import { approveCommand } from './commands/approve.ts';
import { auditCommand } from './commands/audit.ts';
import { backfillCommand } from './commands/backfill.ts';
import { benchCommand } from './commands/bench.ts';
import { datasetsCommand } from './commands/datasets.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evidenceCommand } from './commands/evidence.ts';
import { explainCommand } from './commands/explain.ts';
import { feedbackCommand } from './commands/feedback.ts';
import { journeyCommand } from './commands/journey.ts';
import { modelsCommand } from './commands/models.ts';
import { nightlyCommand } from './commands/nightly.ts';
import { outcomesCommand } from './commands/outcomes.ts';
import { promoteCommand } from './commands/promote.ts';
import { recommendationsCommand } from './commands/recommendations.ts';
import { redriveCommand } from './commands/redrive.ts';
import { rejectCommand } from './commands/reject.ts';
import { replayCommand } from './commands/replay.ts';
import { resetCommand } from './commands/reset.ts';
import { riskCommand } from './commands/risk.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { scoreCommand } from './commands/score.ts';
import { shadowCommand } from './commands/shadow.ts';
import { sqlCommand } from './commands/sql.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { testCommand } from './commands/test.ts';
import { tradesCommand } from './commands/trades.ts';
import { trainCommand } from './commands/train.ts';
import { failure } from './failure.ts';

const program = new Command('oi')
  .description('OI Loop: the adaptation loop for an index-options open-interest tracker')
  .option('--env <name>', 'the environment: a local one, or one deployed to AWS')
  .option('--json', 'one JSON object as the last line, for machines')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

for (const add of [
  demoCommand,
  testCommand,
  startCommand,
  stopCommand,
  statusCommand,
  doctorCommand,
  resetCommand,
  journeyCommand,
  backfillCommand,
  nightlyCommand,
  trainCommand,
  datasetsCommand,
  modelsCommand,
  approveCommand,
  rejectCommand,
  promoteCommand,
  rollbackCommand,
  shadowCommand,
  riskCommand,
  scoreCommand,
  recommendationsCommand,
  tradesCommand,
  explainCommand,
  outcomesCommand,
  feedbackCommand,
  replayCommand,
  evidenceCommand,
  auditCommand,
  redriveCommand,
  sqlCommand,
  benchCommand,
]) {
  add(program);
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = failure(error, process.argv.includes('--json'));
}
