/**
 * The head of the audit log in a small file beside the database, signed. Whoever cuts entries off in the database has
 * to change this file as well, and cannot sign it. It is written after the entries are durable, so it may be
 * behind them and is never ahead; a database brought back from a backup is behind it, and that is said too.
 */
import { readFile, rename } from 'node:fs/promises'
import { writeFileDurably } from '@fleetward/platform'
import {
  type AuditHead,
  type AuditStatement,
  codeOf,
  verifyAuditStatement,
} from '@fleetward/shared'
import type { Database } from '../stores.ts'
import type { AuditKeys } from './audit-keys.ts'

const FILE_MAX_BYTES = 4096

export type AnchorFinding =
  | 'fits'
  /** A new server, or the file was removed. */
  | 'no file'
  /** No statement of this server's. */
  | 'file altered'
  /** The database ends before it. */
  | 'entries missing'
  /** The database has another entry there. */
  | 'entries differ'

export interface AnchorReading {
  readonly finding: AnchorFinding
  readonly expected?: AuditHead
}

export interface AnchorNeeds {
  readonly file: string
  readonly database: Pick<Database, 'audit' | 'auditKeys'>
  readonly keys: Pick<AuditKeys, 'keySet' | 'sign'>
}

export class HeadAnchor {
  readonly #needs: AnchorNeeds
  #written: AuditHead | undefined

  constructor(needs: AnchorNeeds) {
    this.#needs = needs
  }

  async read(): Promise<AnchorReading> {
    const text = await readFile(this.#needs.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (text === undefined) return { finding: 'no file' }
    const expected = await this.#statementIn(text)
    if (expected === undefined) return { finding: 'file altered' }
    const { audit } = this.#needs.database
    const checkpoint = await audit.checkpoint()
    // Retention has deleted it since.
    if (checkpoint !== undefined && expected.seq < checkpoint.seq) return { finding: 'fits' }
    if (checkpoint?.seq === expected.seq) return comparison(expected, checkpoint)
    const [found] = await audit.lines(expected.seq - 1, 1)
    if (found?.seq !== expected.seq) return { finding: 'entries missing', expected }
    return comparison(expected, found)
  }

  /** Writes the file when the log has grown. */
  async write(now: number): Promise<void> {
    const { file, database, keys } = this.#needs
    const { seq, hash } = await database.audit.head()
    if (seq === 0 || seq === this.#written?.seq) return
    const token = await keys.sign({ kind: 'head', seq, hash, at: now })
    await writeFileDurably(file, `${token}\n`, { mode: 0o600 })
    this.#written = { seq, hash }
  }

  /** Out of the way of the next one, and still there to be looked at. */
  async setAside(now: number): Promise<string> {
    const { file } = this.#needs
    const aside = `${file}.${now}`
    await rename(file, aside)
    return aside
  }

  async #statementIn(text: string): Promise<AuditStatement | undefined> {
    if (text.length > FILE_MAX_BYTES) return undefined
    try {
      return await verifyAuditStatement(text.trim(), await this.#needs.keys.keySet())
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      return undefined
    }
  }
}

function comparison({ seq, hash }: AuditHead, found: AuditHead): AnchorReading {
  if (found.hash === hash) return { finding: 'fits' }
  return { finding: 'entries differ', expected: { seq, hash } }
}
