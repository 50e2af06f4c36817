/**
 * Verifies an exported audit log as it comes, line by line: the chain, the signature on the head at its end and on the
 * deletion by retention at its beginning, and heads that were kept from before. Nothing of it asks the server.
 */
import {
  AUDIT_LINE_MAX_BYTES,
  AuditChain,
  type AuditHead,
  type AuditVerdict,
  codeOf,
  importKeySet,
  type KeySet,
  verifyAuditStatement,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'

export interface VerifiedExport extends AuditVerdict {
  /** It begins somewhere inside the log, and nothing signed says why. */
  readonly isPart: boolean
  /** Of the keys that vouch for it; the last one signed the head. */
  readonly keyIds: readonly string[]
  /** Signed, to be kept; undefined while there is no entry. */
  readonly statement: string | undefined
  /** JWK set, as it stood in the file. */
  readonly keys: object
}

export interface KnownBefore {
  /** Heads that were kept; each must still be in the log. */
  readonly heads?: readonly AuditHead[]
  /** Of keys that were kept; none of them may have vanished. */
  readonly keyIds?: readonly string[]
}

interface Header {
  readonly beginning: AuditHead
  readonly checkpoint?: string
  readonly keys: object
}

export async function verifyExport(
  lines: AsyncIterable<string>,
  { heads = [], keyIds = [] }: KnownBefore = {},
): Promise<VerifiedExport> {
  let header: Header | undefined
  let keys: KeySet = new Map()
  let chain: AuditChain | undefined
  let statement: string | undefined
  for await (const line of lines) {
    if (header === undefined) {
      header = headerIn(line)
      keys = await keysIn(header, keyIds)
      await requireCheckpoint(header, keys)
      const { beginning } = header
      // What was known of entries before the first line says nothing about this file.
      chain = new AuditChain({ beginning, known: heads.filter(({ seq }) => seq > beginning.seq) })
    } else if (statement !== undefined) {
      throw unreadable('There is something behind the signed head')
    } else {
      statement = headIn(line)
      if (statement === undefined) chain?.take(line)
    }
  }
  if (header === undefined || chain === undefined) throw unreadable('It is empty')
  const verdict = chain.end()
  if (verdict.lines > 0 && statement === undefined) {
    throw unreadable('It ends without the signed head: it was cut off')
  }
  const isPart = header.beginning.seq > 0 && header.checkpoint === undefined
  const all = { isPart, keyIds: [...keys.keys()], statement, keys: header.keys }
  if (verdict.broken !== undefined || statement === undefined) return { ...verdict, ...all }
  const signed = await statementOf(statement, keys)
  const isSame = signed.seq === verdict.head.seq && signed.hash === verdict.head.hash
  const broken = { seq: verdict.head.seq + 1, flaw: 'known head missing' as const }
  return { ...verdict, ...(isSame ? {} : { broken }), ...all }
}

/** Undefined when the line is an entry. */
function headIn(line: string): string | undefined {
  if (!line.startsWith('{"head":')) return undefined
  const { head } = parsed(line) as { head?: unknown }
  if (typeof head !== 'string') throw unreadable('Its last line is no signed head')
  return head
}

function headerIn(line: string): Header {
  const header = parsed(line) as Partial<Header> & { fleetwardAudit?: unknown }
  const { fleetwardAudit, beginning, keys, checkpoint } = header
  const isHead = typeof beginning?.seq === 'number' && typeof beginning.hash === 'string'
  if (fleetwardAudit !== 1 || !isHead || typeof keys !== 'object') {
    throw unreadable('Its first line is not that of an exported audit log')
  }
  return { beginning, keys, ...(typeof checkpoint === 'string' ? { checkpoint } : {}) }
}

async function keysIn({ keys }: Header, known: readonly string[]): Promise<KeySet> {
  const set = await importKeySet(new TextEncoder().encode(JSON.stringify(keys))).catch(() => {
    throw unreadable('Its first line holds no keys')
  })
  const gone = known.find((id) => !set.has(id))
  if (gone === undefined) return set
  throw new Refusal('AUDIT_KEYS_UNKNOWN', 'It names other keys than the ones that were kept', {
    next: 'This is the log of another server, or somebody wrote it anew. Ask whoever runs the server before you trust it.',
    facts: { missing: gone },
  })
}

/** Without one the log has to begin at its first entry, or with `--since` somewhere inside. */
async function requireCheckpoint({ checkpoint, beginning }: Header, keys: KeySet): Promise<void> {
  if (checkpoint === undefined) return
  const { kind, seq, hash } = await statementOf(checkpoint, keys)
  if (kind === 'checkpoint' && seq === beginning.seq && hash === beginning.hash) return
  throw unsigned()
}

async function statementOf(token: string, keys: KeySet) {
  try {
    return await verifyAuditStatement(token, keys)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    throw unsigned()
  }
}

function parsed(line: string): object {
  try {
    const value: unknown = JSON.parse(line.slice(0, AUDIT_LINE_MAX_BYTES))
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw unreadable('A line of it is no JSON')
}

function unreadable(what: string): Refusal {
  return new Refusal(
    'AUDIT_EXPORT_UNREADABLE',
    `This is no whole export of an audit log. ${what}`,
    {
      next: 'Export it anew with `fleetward audit export --format jsonl`.',
    },
  )
}

function unsigned(): Refusal {
  return new Refusal('AUDIT_SIGNATURE_INVALID', 'A signature of the server in it does not verify', {
    next: 'Somebody changed the file: export it anew, and compare both.',
  })
}
