/**
 * Cuts what a report carries of unforeseen size, so that every report fits REPORT_LENGTH_MAX_BYTES
 * (protocol §7): a device that could not say what went wrong would look like one that is silent.
 */
import type { Facts } from '../errors.ts'
import { FACT_TEXT_MAX_BYTES, FACTS_MAX_BYTES, INVENTORY_MAX_BYTES } from '../limits.ts'

type Value = string | number | boolean

/** Keeps the first facts that fit; long texts lose their end. */
export function boundFacts(facts: Facts): Facts {
  return bound<Value>(facts, FACTS_MAX_BYTES, (fact) =>
    // A fraction is no JSON number of ours (protocol §2.3), but may well be what was seen.
    typeof fact === 'boolean' || Number.isSafeInteger(fact) ? fact : shorten(String(fact)),
  )
}

export function boundInventory(inventory: Readonly<Record<string, string>>) {
  return bound<string>(inventory, INVENTORY_MAX_BYTES, shorten)
}

function bound<Of extends Value>(
  values: Readonly<Record<string, Of>>,
  maxBytes: number,
  shortenValue: (value: Of) => Of,
): Record<string, Of> {
  const kept = new Map<string, Of>()
  let bytes = 2
  for (const [name, value] of Object.entries(values)) {
    if (!/^[\w. -]{1,64}$/.test(name) || FORBIDDEN_NAMES.has(name)) continue
    const short = shortenValue(value)
    // `"name":value,` as it will stand in the token: escapes make a text longer than its characters.
    bytes += encodedLength(name) + encodedLength(short) + 2
    if (bytes > maxBytes) break
    kept.set(name, short)
  }
  return Object.fromEntries(kept)
}

/** Protocol §2.3; assigned through a Map, so that they could not do harm here either. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

function encodedLength(value: Value): number {
  return new TextEncoder().encode(JSON.stringify(value)).length
}

/** Whole characters, no lone surrogate: the strict parser of the other side refuses those. */
function shorten<Text extends Value>(text: Text): Text {
  let short = ''
  for (const character of String(text).toWellFormed()) {
    if (encodedLength(short + character) - 2 > FACT_TEXT_MAX_BYTES) break
    short += character
  }
  return short as Text
}
