/**
 * The log as a file for somebody else. As JSON lines it is complete in itself: the first line has the keys and what
 * the first entry leads on from, the last one the signed head, and between them lie the lines as they are stored.
 */
import type { AuditHead } from '@fleetward/shared'
import type { Database } from '../../stores.ts'
import type { AuditKeys } from '../audit-keys.ts'
import { ocsfOf } from './ocsf.ts'
import { syslogOf } from './rfc5424.ts'

export const EXPORT_FORMATS = ['jsonl', 'rfc5424', 'ocsf'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

const BATCH_COUNT = 200

export interface ExportNeeds {
  readonly database: Pick<Database, 'audit' | 'auditKeys'>
  readonly keys: AuditKeys
  /** Of this server, in syslog messages. */
  readonly host: string
}

export interface ExportWish {
  readonly format: ExportFormat
  /** Seconds since 1970; undefined: from the beginning. */
  readonly since?: number | undefined
  readonly now: number
}

/** Up to the entry that is the last one when it begins. */
export async function* exportedLog(
  { database, keys, host }: ExportNeeds,
  { format, since, now }: ExportWish,
): AsyncGenerator<string> {
  const { audit } = database
  const head = await audit.head()
  const checkpoint = await audit.checkpoint()
  const beginning = await beginningOf(database, since, head)
  if (format === 'jsonl') {
    const set = JSON.parse(new TextDecoder().decode(await keys.publicKeys())) as object
    const signed = checkpoint?.seq === beginning.seq ? { checkpoint: checkpoint.token } : {}
    yield `${JSON.stringify({ fleetwardAudit: 1, beginning, ...signed, keys: set })}\n`
  }
  const textOf = {
    jsonl: (line: string) => line,
    rfc5424: (line: string) => syslogOf(line, host),
    ocsf,
  }
  for (let { seq } = beginning; seq < head.seq; ) {
    const lines = await audit.lines(seq, BATCH_COUNT)
    const last = lines.at(-1)
    if (last === undefined) break
    const wanted = lines.filter((each) => each.seq <= head.seq)
    yield wanted.map(({ line }) => `${textOf[format](line)}\n`).join('')
    seq = last.seq
  }
  if (format === 'jsonl' && head.seq > 0) {
    const token = await keys.sign({ kind: 'head', ...head, at: now })
    yield `${JSON.stringify({ head: token })}\n`
  }
}

/** What the first exported line leads on from. */
async function beginningOf(
  { audit }: Pick<Database, 'audit'>,
  since: number | undefined,
  head: AuditHead,
): Promise<AuditHead> {
  const checkpoint = await audit.checkpoint()
  const first = since === undefined ? undefined : await audit.firstSince(since)
  if (since !== undefined && first === undefined) return head
  const seq = Math.max(checkpoint?.seq ?? 0, (first ?? 1) - 1)
  if (seq === (checkpoint?.seq ?? 0)) return { seq, hash: checkpoint?.hash ?? '' }
  const [before] = await audit.lines(seq - 1, 1)
  return { seq, hash: before?.hash ?? '' }
}

const ocsf = (line: string) => JSON.stringify(ocsfOf(line))
