/**
 * Text of strangers on its way in: what could steer a terminal, turn the reading direction round, hide characters or
 * break a line out of a list is gone before it is stored, so that whoever shows it later need not think of it. Pure.
 */

/** Controls but line break and tab; PostgreSQL keeps no U+0000. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu
/** Bidirectional overrides and isolates (CVE-2021-42574), spaces without width, tags; joiners are letters to many. */
const INVISIBLE = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu
/** Half of a pair: no text that any database or UTF-8 takes. */
const LONELY = /\p{Cs}/gu

export function plainText(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(CONTROLS, '')
    .replaceAll(INVISIBLE, '')
    .replaceAll(LONELY, '\ufffd')
    .trim()
}

export function plainLine(text: string): string {
  return plainText(text).replaceAll(/\s+/g, ' ')
}
