/**
 * Canonical JSON as TUF signs it (TUF 4.1; the OLPC dialect, as securesystemslib writes it): no
 * white space, keys by code point, and only `"` and `\` escaped, so even a line feed stands as it
 * is. These bytes are for signatures and digests; they are not always JSON.
 */
import { TrustError } from '../errors.ts'
import { isJsonList, type Json } from './json.ts'

const utf8 = new TextEncoder()

export function canonicalJson(json: Json): Uint8Array {
  return utf8.encode(canonicalText(json))
}

function canonicalText(json: Json): string {
  if (json === null || typeof json === 'boolean') return String(json)
  if (typeof json === 'string') return quoted(json)
  if (typeof json === 'number') {
    if (!Number.isSafeInteger(json) || Object.is(json, -0)) throw notCanonical(String(json))
    return String(json)
  }
  if (isJsonList(json)) return `[${json.map(canonicalText).join(',')}]`
  if (typeof json !== 'object') throw notCanonical(typeof json)
  const members = Object.entries(json)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([key, value]) => `${quoted(key)}:${canonicalText(value)}`)
  return `{${members.join(',')}}`
}

function quoted(text: string): string {
  // The encoder would write U+FFFD for it: two strings, one signature.
  if (!text.isWellFormed()) throw notCanonical('lone surrogate')
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** Python's order of strings, which is UTF-8's. JavaScript sorts by UTF-16 code unit instead. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) {
    const difference = rankOf(a.charCodeAt(i)) - rankOf(b.charCodeAt(i))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Moves surrogates, which stand for U+10000 and above, behind U+E000 to U+FFFF. */
function rankOf(codeUnit: number): number {
  if (codeUnit >= 0xe000) return codeUnit - 0x0800
  return codeUnit >= 0xd800 ? codeUnit + 0x2000 : codeUnit
}

function notCanonical(seen: string): TrustError {
  return new TrustError('JSON_INVALID', { expected: 'value with a canonical form', seen })
}
