/**
 * Text of strangers on its way in: what could steer a terminal, turn the reading direction round, hide characters or
 * break a line out of a list is gone before it is stored, so that whoever shows it later need not think of it. Pure.
 */
import { FORMING, HIDDEN } from '../http/hidden-characters.ts'

/** Half of a pair: no text that any database or UTF-8 takes. */
const LONELY = /\p{Cs}/gu
/** But line break and tab. */
const UNSEEN = new RegExp(`(?![${FORMING}\\n\\t])[${HIDDEN}]`, 'gu')

export function plainText(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(LONELY, '\ufffd')
    .replaceAll(UNSEEN, '')
    .trim()
}

export function plainLine(text: string): string {
  return plainText(text).replaceAll(/\s+/g, ' ')
}
