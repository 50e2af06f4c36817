/**
 * Addresses of people, as they come from forms, settings and accounts. Only what needs no quoting is taken (RFC 5321
 * §4.1.2 dot-string, §2.3.5 domain): no comment, no display name, no list, nothing that ends a line of a header. Pure.
 */
import { z } from 'zod'

/** RFC 5321 §4.5.3.1.3: a path has 256 octets, with its brackets. */
export const ADDRESS_MAX_CHARACTERS = 254
/** RFC 5321 §4.5.3.1.1. */
const LOCAL_MAX_CHARACTERS = 64
const ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const ADDRESS = new RegExp(
  `^(${ATOM}(?:\\.${ATOM})*)@(${LABEL}(?:\\.${LABEL})*\\.[a-z][a-z0-9-]*)$`,
)

/**
 * In lower case, so that one mailbox is one row: no server in use tells `Ada@` from `ada@`. Undefined for what is no
 * address.
 */
export function mailAddress(text: string): string | undefined {
  const lower = text.trim().toLowerCase()
  if (lower.length > ADDRESS_MAX_CHARACTERS) return undefined
  const [, local = ''] = ADDRESS.exec(lower) ?? []
  return local === '' || local.length > LOCAL_MAX_CHARACTERS ? undefined : lower
}

export const addressSchema = z
  .string()
  .max(ADDRESS_MAX_CHARACTERS)
  .transform((text, context) => {
    const address = mailAddress(text)
    if (address !== undefined) return address
    context.addIssue({ code: 'custom', message: 'must be a mail address like ada@example.com' })
    return z.NEVER
  })
