import type { Command } from 'commander';
import { epochMs } from '../../shared/domain/market/indian-time.ts';
import { contextOf } from '../context.ts';
import { checkData } from '../doctor/data-checks.ts';
import { checkEnvironment } from '../doctor/environment-checks.ts';
import type { Finding } from '../doctor/finding.ts';
import { checkMachine } from '../doctor/machine-checks.ts';
import { showFindings } from '../doctor/show.ts';
import { checkTracker, readThresholds } from '../doctor/tracker-checks.ts';

interface DoctorOptions {
  readonly tracker?: boolean;
  readonly trackerConfig?: string;
}

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'what stands between the tracker and a trade, each with its remedy; fails where a check does',
    )
    .option('--tracker', "also whether the tracker's own thresholds would reject what is recommended")
    .option(
      '--tracker-config <file>',
      'JSON with its min_confidence and min_kelly; 0.60 and 0.20 when left out',
    )
    .action(async (options: DoctorOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const thresholds = readThresholds(options.trackerConfig);
      const findings: Finding[] = checkMachine();
      const connection = connect();
      const reached = await checkEnvironment(connection, Date.now);
      findings.push(...reached.findings);
      if (reached.risk !== undefined) {
        const { risk } = reached;
        const live = risk.exchanges.flatMap(({ exchange, live_version }) =>
          live_version === null ? [] : [exchange],
        );
        findings.push(...(await checkData(connection, live, epochMs(risk.at))));
        const asked = options.tracker === true || options.trackerConfig !== undefined;
        if (asked) findings.push(...(await checkTracker(connection, live, thresholds)));
      }
      showFindings(findings, output);
      const failing = findings.filter(({ status }) => status === 'fail').length;
      output.result({ ok: failing === 0, findings });
      if (failing > 0) process.exitCode = 1;
    });
}
