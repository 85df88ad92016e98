import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import { trustedCheckpoint } from '../audit/checkpoint.ts';
import { copyLog } from '../audit/copy.ts';
import { type AuditProof, auditProofSchema, checkProof, prove } from '../audit/proof.ts';
import { environmentSource, folderSource, type LogSource } from '../audit/source.ts';
import { type AuditReport, verifyAudit } from '../audit/verify.ts';
import { contextOf } from '../context.ts';
import type { Output } from '../output.ts';

interface From {
  readonly from?: string;
  readonly key?: string;
}

const UNCOMPARED = ', as it says itself: compare with a key that was kept elsewhere (--key)';

const FROM = ['--from <folder>', 'a copy of the log instead of the environment'] as const;
const KEY = [
  '--key <file>',
  'the key that the log must be signed with, as ./oi audit key printed it',
] as const;

export function auditCommand(program: Command): void {
  const audit = program
    .command('audit')
    .description('the audit log of recommendations and trades: verify it whole, prove one record, copy it');
  audit
    .command('verify')
    .description('every entry, hash and signature; or one proof, without the log')
    .option(...FROM)
    .option(...KEY)
    .option('--since <file>', 'an older checkpoint that was kept: the log must go on from there')
    .option('--proof <file>', 'check this proof alone')
    .action(async (asked: From & { since?: string; proof?: string }, command: Command) => {
      if (asked.proof !== undefined) showProof(asked.proof, asked.key, contextOf(command).output);
      else await verify(asked, command);
    });
  audit
    .command('prove')
    .description('a proof that a recommendation, a trade or an order of operators is in the log')
    .argument('<id>', 'of a recommendation or of a trade; of orders their scope: NSE, ..., all')
    .option(...FROM)
    .option('--into <file>', 'where to write it')
    .action(writeProofs);
  audit
    .command('copy')
    .description('the log in a folder, to be verified elsewhere; a second copy adds what is new')
    .argument('<folder>')
    .action(async (folder: string, _options, command: Command) => {
      const { output, connect } = contextOf(command);
      const source = environmentSource(connect());
      const trusted = await trustedCheckpoint(source, undefined);
      const files = await copyLog(source, trusted, folder, (done, total) =>
        output.progress('copied', done, total),
      );
      output.line(`${trusted.checkpoint.size} entries, ${files} new files in ${folder}`);
      output.line(
        `verify with ./oi audit verify --from ${folder}; keep ${folder}/checkpoint to compare later (--since)`,
      );
      output.result({ ok: true, size: trusted.checkpoint.size, files });
    });
  audit
    .command('key')
    .description('the public key that the log is signed with: keep it elsewhere')
    .option(...FROM)
    .action(async (asked: From, command: Command) => {
      const { output } = contextOf(command);
      const source = sourceOf(asked, command);
      const key = (await source.log.verifierKey())?.trim();
      if (key === undefined)
        throw new NotFound(`audit log of ${source.where}: expected a key, was none; nothing is sealed yet`);
      output.line(key);
      output.result({ ok: true, verifier_key: key });
    });
}

async function verify(asked: From & { since?: string }, command: Command): Promise<void> {
  const { output } = contextOf(command);
  const source = sourceOf(asked, command);
  const options = { key: readGiven('key', asked.key), since: readGiven('since', asked.since) };
  const report = await verifyAudit(source, options, (done, total) =>
    output.progress('verified', done, total),
  );
  showReport(source.where, report, asked.key === undefined, output);
  output.result({ ok: report.broken === null, ...report });
  if (report.broken !== null) process.exitCode = 1;
}

function showReport(where: string, report: AuditReport, ownKey: boolean, output: Output): void {
  const { entries, recommendations, trades, feedback, controls, size, broken, since } = report;
  if (broken !== null) {
    output.line(`audit log of ${where}: BROKEN at entry ${broken.index} of ${size}`);
    output.line(`  ${broken.why}`);
    return;
  }
  const labels = feedback === 0 ? '' : `, ${feedback} labels of operators`;
  const orders = controls === 0 ? '' : `, ${controls} orders of operators`;
  const kinds = `${recommendations} recommendations, ${trades} reports of trades${labels}${orders}`;
  output.line(`audit log of ${where}: ${entries} entries (${kinds}), whole`);
  output.line(`  root ${report.root}`);
  output.line(`  signed by ${report.verifier_key}${ownKey ? UNCOMPARED : ''}`);
  if (since !== null) output.line(`  goes on from the ${since} entries of the older checkpoint`);
}

function showProof(file: string, key: string | undefined, output: Output): void {
  const given = readGiven('key', key);
  const shown = proofsIn(file).map((proof) => checkProof(proof, given));
  const keys = new Set(shown.map(({ verifier_key }) => verifier_key));
  if (keys.size > 1) {
    throw new RejectedInput(
      `--proof: expected proofs of one key, was ${keys.size}; give the log's key as it was kept elsewhere (--key)`,
      { field: 'proof' },
    );
  }
  for (const { name, index, size } of shown) output.line(`${name}: entry ${index} of ${size}, proved`);
  output.line(`  signed by ${shown[0]?.verifier_key}${given === undefined ? UNCOMPARED : ''}`);
  output.result({ ok: true, proofs: shown });
}

async function writeProofs(id: string, asked: From & { into?: string }, command: Command): Promise<void> {
  const { output } = contextOf(command);
  const source = sourceOf(asked, command);
  const trusted = await trustedCheckpoint(source, readGiven('key', asked.key));
  const { size } = trusted.checkpoint;
  const proofs = await prove(source, trusted, id, (done) => output.progress('looked at', done, size));
  const file = asked.into ?? `audit-proof-${id}.json`;
  writeFileSync(file, `${JSON.stringify(proofs, null, 2)}\n`);
  for (const proof of proofs) {
    const { name, index } = checkProof(proof, undefined);
    output.line(`${name}: entry ${index} of ${size}`);
  }
  output.line(`${file}: anybody checks it with ./oi audit verify --proof ${file}`);
  output.result({ ok: true, file, size, proofs });
}

function sourceOf({ from }: From, command: Command): LogSource {
  return from === undefined ? environmentSource(contextOf(command).connect()) : folderSource(from);
}

function proofsIn(file: string): AuditProof[] {
  const text = readGiven('proof', file) as string;
  try {
    return auditProofSchema.array().nonempty().parse(JSON.parse(text));
  } catch (error) {
    throw new RejectedInput(`--proof: expected proofs as ./oi audit prove writes them, was ${file}`, {
      field: 'proof',
      cause: error,
    });
  }
}

function readGiven(option: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new NotFound(`--${option}: expected a file, was ${file}`, { field: option, cause: error });
  }
}
