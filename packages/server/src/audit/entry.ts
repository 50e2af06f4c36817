/** A new entry as the line of the log it becomes. Pure and total: whatever is given, it can be written down. */
import {
  type AuditHead,
  type AuditLine,
  auditHashOf,
  encodeAuditLine,
  isName,
} from '@fleetward/shared'
import type { NewAuditEntry } from './audit-store.ts'
import { changedFields } from './changed-fields.ts'
import { keptText, keptValue } from './kept-value.ts'

const NAME_MAX_CHARACTERS = 128
const SUBJECT_MAX_CHARACTERS = 256

/** The line that follows `head`, and what it says. */
export function lineAfter(
  head: AuditHead,
  entry: NewAuditEntry,
): { readonly said: AuditLine; readonly line: string; readonly hash: string } {
  const { actor } = entry
  const { before, after } = changedFields(entry.before, entry.after)
  const said: AuditLine = {
    seq: head.seq + 1,
    prev: head.hash,
    at: entry.at,
    actor: {
      ...{ kind: actor.kind, id: named(actor.id), name: named(actor.name), via: actor.via },
      ...optional('person', actor.person),
      ...optional('address', actor.address),
      ...optional('credential', actor.credential),
    },
    action: named(entry.action),
    // Of a refused attempt it is whatever the caller wrote.
    ...(isName(entry.product) ? { product: entry.product } : {}),
    subject: keptText(entry.subject, SUBJECT_MAX_CHARACTERS) || '-',
    ...(before === undefined ? {} : { before: keptValue(before) }),
    ...(after === undefined ? {} : { after: keptValue(after) }),
    outcome: entry.outcome,
    ...optional('code', entry.code),
    ...optional('requestId', entry.requestId),
  }
  const line = encodeAuditLine(said)
  return { said, line, hash: auditHashOf(line) }
}

function optional<Name extends string>(name: Name, text: string | undefined) {
  return (text === undefined || text === '' ? {} : { [name]: named(text) }) as {
    readonly [Of in Name]?: string
  }
}

/** A reader refuses an empty text; there is something to write down all the same. */
const named = (text: string) => keptText(text, NAME_MAX_CHARACTERS) || '-'
