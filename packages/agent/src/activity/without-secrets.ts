/**
 * The last line against a secret in the log. Callers never pass one; if one of them does, an export of
 * the log to somebody's log server must not be how it gets out.
 */
import type { Facts } from '@fleetward/shared'

const NAMES =
  /pass(word|phrase|wd)|secret|token|credential|cookie|authorization|private|pairing.?code|\bpin\b/i
/** PEM, a JWS or JWT, a basic or bearer credential, the user part of a URL. */
const VALUES =
  /-----BEGIN|\beyJ[\w-]{8,}\.[\w-]+\.|\b(?:basic|bearer)\s+[\w+/=.~-]{8,}|:\/\/[^/\s]*@/i
/** Far more than is kept of a text; the patterns are not run over what a sender made endless. */
const LOOKED_AT_CHARACTERS = 4096
const QUERY = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#]+)[?#]\S*/gi

export const REMOVED = '[removed]'

export function withoutSecrets(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value]
      const text = value.slice(0, LOOKED_AT_CHARACTERS)
      if (NAMES.test(name) || VALUES.test(text)) return [name, REMOVED]
      return [name, text.replace(QUERY, '$1')]
    }),
  )
}
