/**
 * What of `before` and `after` is kept, and of what events carry: no secrets, no more than so much, and nothing that the strict parser of whoever
 * verifies the log would refuse. Total; what is left out leaves a mark.
 */
import { isJsonList, type Json } from '@fleetward/shared'
import { namesSecret, REMOVED, withoutSecrets } from './redaction.ts'

export const KEPT_MAX_BYTES = 3 * 1024
const TEXT_MAX_CHARACTERS = 500
const MEMBERS_MAX_COUNT = 100
const DEPTH_MAX = 8
const NAME_MAX_CHARACTERS = 64
/** What the strict parser refuses as names. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export function keptValue(value: Json): Json {
  return within(keep(value, DEPTH_MAX, String))
}

/** For events, whose readers take any JSON: fractions stay numbers. */
export function toldValue(value: Json): Json {
  return within(keep(value, DEPTH_MAX, (fraction) => fraction))
}

function within(kept: Json): Json {
  const bytes = bytesOf(kept)
  if (bytes <= KEPT_MAX_BYTES) return kept
  if (isPlain(kept)) return withinBudget(kept)
  return leftOut(bytes)
}

/** One line of text without secrets, for the other members of an entry. */
export function keptText(text: string, maxCharacters: number): string {
  // Cut twice: the patterns are not run over what a sender made endless, and the result is bounded too.
  const clean = withoutSecrets(text.slice(0, 4 * maxCharacters).toWellFormed())
  return clean.slice(0, maxCharacters).toWellFormed()
}

/** `fraction` says what becomes of a number that is no safe integer. */
function keep(value: Json, depth: number, fraction: (value: number) => Json): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return keptText(value, TEXT_MAX_CHARACTERS)
  if (typeof value === 'number') {
    // A fraction is no number of our JSON (protocol §2.3), but it may well be what was set.
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : fraction(value)
  }
  if (depth === 0) return '[deeper]'
  if (isJsonList(value)) {
    const kept = value.slice(0, MEMBERS_MAX_COUNT).map((item) => keep(item, depth - 1, fraction))
    const more = value.length - kept.length
    return more > 0 ? [...kept, `[${more} more]`] : kept
  }
  const kept = new Map<string, Json>()
  for (const [name, member] of Object.entries(value).slice(0, MEMBERS_MAX_COUNT)) {
    if (member === undefined || FORBIDDEN_NAMES.has(name)) continue
    const shortName = keptText(name, NAME_MAX_CHARACTERS)
    kept.set(
      shortName,
      namesSecret(name) && member !== null ? REMOVED : keep(member, depth - 1, fraction),
    )
  }
  return Object.fromEntries(kept)
}

/** The smallest members whole, as many as fit; of the others, how large they were. */
function withinBudget(value: { readonly [name: string]: Json }): Json {
  const bySize = Object.entries(value)
    .map(([name, member]) => ({ name, member, bytes: bytesOf(member) }))
    .toSorted((one, other) => one.bytes - other.bytes)
  const kept: Record<string, Json> = {}
  // The braces, and what the members that do not fit leave behind.
  let bytes = 2 + bySize.length * MARK_BYTES
  for (const { name, member, bytes: size } of bySize) {
    bytes += size + name.length
    kept[name] = bytes <= KEPT_MAX_BYTES ? member : leftOut(size)
  }
  return bytesOf(kept) <= KEPT_MAX_BYTES ? kept : leftOut(bytesOf(value))
}

const MARK_BYTES = 24
const leftOut = (bytes: number) => `[${bytes} bytes]`

function bytesOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value))
}

function isPlain(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !isJsonList(value)
}
