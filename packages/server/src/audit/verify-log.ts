/** The whole log against its own chain, in batches, so that nobody else has to wait for it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  AuditChain,
  type AuditHead,
  type AuditVerdict,
  verifyAuditStatement,
} from '@fleetward/shared'
import type { Database } from '../stores.ts'
import type { AuditKeys } from './audit-keys.ts'

const BATCH_COUNT = 500

export interface VerifyNeeds {
  readonly database: Pick<Database, 'audit'>
  readonly keys: Pick<AuditKeys, 'keySet'>
}

/** `known` are heads from elsewhere. A checkpoint that the server did not sign is none. */
export async function verifyLog(
  { database: { audit }, keys }: VerifyNeeds,
  known: readonly AuditHead[] = [],
): Promise<AuditVerdict> {
  const checkpoint = await audit.checkpoint()
  if (checkpoint !== undefined) {
    const { kind, seq, hash } = await verifyAuditStatement(checkpoint.token, await keys.keySet())
    if (kind !== 'checkpoint' || seq !== checkpoint.seq || hash !== checkpoint.hash) {
      return brokenAt(checkpoint.seq + 1)
    }
  }
  const head = await audit.head()
  const chain = new AuditChain({ beginning: checkpoint, known: [head, ...known] })
  for (let seq = checkpoint?.seq ?? 0; seq < head.seq; ) {
    const lines = await audit.lines(seq, BATCH_COUNT)
    // What is appended meanwhile is the next one's.
    for (const { line } of lines.filter((each) => each.seq <= head.seq)) chain.take(line)
    const last = lines.at(-1)
    if (last === undefined) break
    seq = last.seq
    await nextTurn()
  }
  return chain.end()
}

function brokenAt(seq: number): AuditVerdict {
  const broken = { seq, flaw: 'beginning missing' as const }
  return { lines: 0, firstSeq: 0, head: { seq: 0, hash: '' }, broken }
}
