/** `fleetward audit head`, `audit check`: where the server's log stands, and what the server says of it itself. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface Head {
  readonly seq: number
  readonly hash: string
}

interface Verdict {
  readonly lines: number
  readonly firstSeq: number
  readonly head: Head
  readonly broken?: { readonly seq: number; readonly flaw: string }
}

export function addAuditHead(audit: Command, { terminal, finish }: Surroundings): void {
  const head = withServer(
    audit.command('head').description('the last entry of the log, signed by the server; keep it'),
  ).action(async (options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const seen = (await client.get('/audit/head')) as Head
    finish({ json: seen, lines: [`head: ${seen.seq} ${seen.hash}`] })
  })
  withExamples(head, 'audit head --token-file admin-token --json')

  const check = withServer(
    audit
      .command('check')
      .description('let the server go through its log; quicker than verify, and only its own word'),
  ).action(async (options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const verdict = (await client.get('/audit/verification')) as Verdict
    const { lines, firstSeq, broken } = verdict
    if (broken !== undefined) {
      throw new Refusal(
        'AUDIT_BROKEN',
        `The audit log is broken at entry ${broken.seq}: ${broken.flaw}`,
        {
          next: 'Keep the database as it is, and follow "A broken audit log" in docs/operating/audit.md.',
          facts: { seq: broken.seq, flaw: broken.flaw, lines },
        },
      )
    }
    finish({
      json: verdict,
      lines: [`whole, says the server: ${lines} entries, ${firstSeq} to ${verdict.head.seq}`],
    })
  })
  withExamples(check, 'audit check --token-file admin-token')
}
