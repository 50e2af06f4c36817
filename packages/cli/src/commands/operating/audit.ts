/** `fleetward audit …`: who did what on the server, as a list, as a file, and verified. */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type Command, Option } from 'commander'
import { keepHead, readKeptHead } from '../../audit/kept-head.ts'
import { verifyExport } from '../../audit/verify-export.ts'
import { unreadable } from '../../named-file.ts'
import { plain } from '../../plain.ts'
import { Refusal } from '../../refusal.ts'
import { momentSeconds, type Surroundings, wholeNumber, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { addAuditHead } from './audit-head.ts'

interface ListOptions extends ServerOptions {
  readonly product?: string
  readonly actor?: string
  readonly action?: string
  readonly subject?: string
  readonly outcome?: string
  readonly since?: string
  readonly until?: string
  readonly limit: number
}

interface ExportOptions extends ServerOptions {
  readonly format: 'jsonl' | 'rfc5424' | 'ocsf'
  readonly since?: string
  readonly out?: string
}

interface VerifyOptions extends Partial<ServerOptions> {
  readonly headFile?: string
}

interface Entry {
  readonly seq: number
  readonly at?: number
  readonly actor?: { readonly id: string; readonly name: string; readonly address?: string }
  readonly action?: string
  readonly subject?: string
  readonly outcome?: string
  readonly code?: string
}

const PAGE_MAX_COUNT = 500

export function addAudit(program: Command, surroundings: Surroundings): void {
  const audit = withExamples(
    program.command('audit').description('who did what on the server, and what was refused'),
    'audit list --since 7d --token-file admin-token',
    'audit verify --head-file head.json --token-file admin-token',
  )
  addList(audit, surroundings)
  addExport(audit, surroundings)
  addVerify(audit, surroundings)
  addAuditHead(audit, surroundings)
}

function addList(audit: Command, { terminal, finish, now }: Surroundings): void {
  const list = withServer(
    audit
      .command('list')
      .description('entries, the newest first')
      .option('--product <name>', 'only of this product')
      .option('--actor <account>', 'only what this account did, or its tokens and tools')
      .option('--action <name>', 'only this, or with a dot at its end all that begin so')
      .option('--subject <name>', 'only about this, or with a slash at its end all that begin so')
      .addOption(new Option('--outcome <word>', 'only these').choices(['done', 'refused']))
      .option('--since <moment>', 'a date, a time, or how long ago: 2026-11-01, 7d')
      .option('--until <moment>', 'likewise')
      .option('--limit <number>', 'at most so many', wholeNumber, 100),
  ).action(async (options: ListOptions) => {
    const client = await openServer(options, terminal)
    const query = new URLSearchParams()
    for (const name of ['product', 'actor', 'action', 'subject', 'outcome'] as const) {
      const value = options[name]
      if (value !== undefined) query.set(name, value)
    }
    for (const name of ['since', 'until'] as const) {
      const value = options[name]
      if (value !== undefined) query.set(name, String(momentSeconds(value, now())))
    }
    const entries: Entry[] = []
    for (;;) {
      const wanted = Math.min(PAGE_MAX_COUNT, options.limit - entries.length)
      query.set('limit', String(wanted))
      const page = (await client.get(`/audit?${query}`)) as Entry[]
      entries.push(...page)
      const last = page.at(-1)
      if (page.length < wanted || last === undefined || entries.length >= options.limit) break
      query.set('after', String(last.seq))
    }
    finish({
      json: { entries },
      lines:
        entries.length === 0 ? ['Nothing like that is in the audit log.'] : entries.map(lineOf),
    })
  })
  withExamples(
    list,
    'audit list --token-file admin-token',
    'audit list --outcome refused --since 24h --token-file admin-token',
    'audit list --product lumen-gateway-g1 --action rollout. --token-file admin-token --json',
  )
}

function addExport(audit: Command, { terminal, finish, print, now }: Surroundings): void {
  const command = withServer(
    audit
      .command('export')
      .description('the whole log, one entry a line; as jsonl it verifies without the server')
      .addOption(
        new Option('--format <format>', 'jsonl, syslog messages, or OCSF events')
          .choices(['jsonl', 'rfc5424', 'ocsf'])
          .default('jsonl'),
      )
      .option('--since <moment>', 'from then on: 2026-11-01, 2026-11-01T08:00:00Z, 30d')
      .option('--out <file>', 'write it there instead of standard output'),
  ).action(async (options: ExportOptions, command: Command) => {
    const { json } = command.optsWithGlobals<{ json?: boolean }>()
    if (json === true && options.out === undefined) {
      throw new Refusal('USAGE', 'With --json the log needs a file', {
        next: 'Name it: --out audit.jsonl.',
        usage: true,
      })
    }
    const client = await openServer(options, terminal)
    const query = new URLSearchParams({ format: options.format })
    if (options.since !== undefined) {
      query.set('since', String(momentSeconds(options.since, now())))
    }
    const answer = await client.open(`/audit/export?${query}`)
    if (options.out === undefined) {
      answer.setEncoding('utf8')
      for await (const text of answer as AsyncIterable<string>) print(text)
      return
    }
    const bytes = await writeOut(options.out, answer)
    finish({
      json: { file: options.out, bytes },
      lines: [`written: ${options.out} (${bytes} bytes)`],
    })
  })
  withExamples(
    command,
    'audit export --format jsonl --out audit.jsonl --token-file admin-token',
    'audit export --format ocsf --since 24h --token-file admin-token > audit-ocsf.jsonl',
  )
}

function addVerify(audit: Command, { terminal, finish }: Surroundings): void {
  const verify = audit
    .command('verify')
    .description('whether the log is whole; names the first entry that is not')
    .argument(
      '[file]',
      'an export as jsonl, verified without the server; asks the server if absent',
    )
    .option('--head-file <file>', 'compare with the head kept there, then keep the new one there')
  withServer(verify, { isOptional: true }).action(
    async (file: string | undefined, options: VerifyOptions) => {
      const { headFile } = options
      const known = headFile === undefined ? {} : await readKeptHead(headFile)
      const verified = await verifyExport(await linesOf(file, options), known)
      const { lines, firstSeq, head, broken, keyIds, isPart } = verified
      if (broken !== undefined) {
        throw new Refusal(
          'AUDIT_BROKEN',
          `The audit log is broken at entry ${broken.seq}: ${broken.flaw}`,
          {
            next: 'Keep this file and the database as they are, and follow "A broken audit log" in docs/operating/audit.md.',
            facts: { seq: broken.seq, flaw: broken.flaw, lines },
          },
        )
      }
      if (headFile !== undefined) await keepHead(headFile, verified)
      finish({
        json: {
          ...{ lines, firstSeq, head, keyIds, isPart },
          comparedWithKeptHead: known.heads !== undefined,
        },
        lines: [
          `whole: ${lines} entries, ${firstSeq} to ${head.seq}`,
          ...(isPart ? ['It is a part of the log: what was before is not in it.'] : []),
          `head: ${head.seq} ${head.hash}`,
          `signed by: ${keyIds.at(-1) ?? 'nobody, there is no entry yet'}`,
          ...(known.heads === undefined
            ? [
                'Nothing was kept from before to compare with: an end that was cut off does not show. Use --head-file.',
              ]
            : ['The head that was kept from before is still in it.']),
        ],
      })
    },
  )
  withExamples(
    verify,
    'audit verify --head-file head.json --token-file admin-token',
    'audit verify audit.jsonl',
  )

  async function linesOf(file: string | undefined, options: VerifyOptions) {
    if (file !== undefined) {
      const input = createReadStream(file)
      await once(input, 'open').catch((cause: unknown) => unreadable(file, cause))
      return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
    }
    const { server, tokenFile } = options
    if (server === undefined || tokenFile === undefined) {
      throw new Refusal('USAGE', 'Whose log?', {
        next: 'Name an exported file, or give --server and --token-file.',
        usage: true,
      })
    }
    const client = await openServer({ ...options, server, tokenFile }, terminal)
    const input = await client.open('/audit/export?format=jsonl')
    return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  }
}

async function writeOut(path: string, bytes: AsyncIterable<Buffer>): Promise<number> {
  const file = await open(path, 'w', 0o600)
  let length = 0
  try {
    for await (const part of bytes) {
      await file.writeFile(part)
      length += part.length
    }
    await file.sync()
    return length
  } finally {
    await file.close()
  }
}

function lineOf({ seq, at, actor, action, subject, outcome, code }: Entry): string {
  const time = at === undefined ? '' : new Date(at * 1000).toISOString().slice(0, 19)
  const how = outcome === 'done' ? '' : `refused ${code ?? ''}`.trim()
  const from = actor?.address === undefined ? '' : ` from ${actor.address}`
  const who = `${actor?.name ?? '?'}${from}`
  return plain(`${seq} ${time} ${who}: ${action ?? 'damaged'} ${subject ?? ''} ${how}`).trimEnd()
}
