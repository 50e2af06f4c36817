/**
 * A strict JSON parser for bytes that nobody has verified yet (protocol §2.3). JSON.parse would
 * take the last of two equal keys, round 2^53 + 1, accept 1.0 and 1e2 as integers and let a lone
 * surrogate through; then two readers of the same signed bytes could believe different things.
 *
 * Every refusal is a TrustError. Recursion is bounded by `depth`, work by `nodes` and `maxBytes`.
 */
import { TrustError } from '../errors.ts'
import { JSON_DEPTH_MAX, JSON_NODES_MAX_COUNT } from '../limits.ts'
import type { Json } from './json.ts'

export interface JsonLimits {
  readonly depth?: number
  readonly nodes?: number
}

/** `ignoreBOM` keeps a byte order mark in the text, so that it is refused instead of skipped. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function parseJson(bytes: Uint8Array, maxBytes: number, limits: JsonLimits = {}): Json {
  if (bytes.length > maxBytes) {
    throw new TrustError('LENGTH_EXCEEDED', { limit: maxBytes, length: bytes.length })
  }
  return new Parser(decode(bytes), limits).document()
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new TrustError('JSON_INVALID', { expected: 'UTF-8' }, { cause })
  }
}

/** Keys that reach the prototype of an ordinary object; no honest metadata uses them. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const WHITE_SPACE = /[ \t\n\r]*/y
const INTEGER = /-?(?:0|[1-9][0-9]*)/y
/** A run without escapes: RFC 8259 §7 allows everything but `"`, `\` and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what the expression excludes
const PLAIN_RUN = /[^"\\\u0000-\u001f]*/y
const HEX_4 = /[0-9a-fA-F]{4}/y

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

const LITERALS: ReadonlyMap<string, [string, Json]> = new Map([
  ['t', ['true', true]],
  ['f', ['false', false]],
  ['n', ['null', null]],
])

class Parser {
  readonly #text: string
  readonly #depthMax: number
  readonly #nodesMax: number
  #at = 0
  #nodes = 0

  constructor(text: string, limits: JsonLimits) {
    this.#text = text
    this.#depthMax = limits.depth ?? JSON_DEPTH_MAX
    this.#nodesMax = limits.nodes ?? JSON_NODES_MAX_COUNT
  }

  document(): Json {
    const json = this.#value(1)
    this.#take(WHITE_SPACE)
    if (this.#at < this.#text.length) throw this.#invalid('end of text')
    return json
  }

  #value(depth: number): Json {
    this.#nodes += 1
    if (this.#nodes > this.#nodesMax) {
      throw new TrustError('JSON_LIMIT_EXCEEDED', { limit: this.#nodesMax, of: 'nodes' })
    }
    if (depth > this.#depthMax) {
      throw new TrustError('JSON_LIMIT_EXCEEDED', { limit: this.#depthMax, of: 'depth' })
    }
    this.#take(WHITE_SPACE)
    const first = this.#text[this.#at]
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#list(depth)
    if (first === '"') return this.#string()
    const literal = this.#literal(first)
    return literal === undefined ? this.#integer() : literal
  }

  #object(depth: number): Json {
    const object: Record<string, Json> = Object.create(null)
    this.#at += 1
    if (this.#skip('}')) return object
    do {
      this.#take(WHITE_SPACE)
      if (this.#text[this.#at] !== '"') throw this.#invalid('key')
      const key = this.#string()
      if (FORBIDDEN_KEYS.has(key)) throw this.#invalid('key that is no property of every object')
      if (Object.hasOwn(object, key)) {
        throw new TrustError('JSON_DUPLICATE_KEY', { key: key.slice(0, 80) })
      }
      if (!this.#skip(':')) throw this.#invalid(':')
      object[key] = this.#value(depth + 1)
    } while (this.#skip(','))
    if (!this.#skip('}')) throw this.#invalid(', or }')
    return object
  }

  #list(depth: number): Json {
    const list: Json[] = []
    this.#at += 1
    if (this.#skip(']')) return list
    do list.push(this.#value(depth + 1))
    while (this.#skip(','))
    if (!this.#skip(']')) throw this.#invalid(', or ]')
    return list
  }

  #string(): string {
    this.#at += 1
    let string = this.#take(PLAIN_RUN)
    while (this.#text[this.#at] === '\\') {
      string += this.#escape()
      string += this.#take(PLAIN_RUN)
    }
    if (this.#text[this.#at] !== '"') throw this.#invalid('"')
    this.#at += 1
    // An encoder turns every lone surrogate into U+FFFD: two strings with one signature.
    if (!string.isWellFormed()) throw this.#invalid('no lone surrogate')
    return string
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? ''
    this.#at += 2
    const plain = ESCAPES.get(letter)
    if (plain !== undefined) return plain
    const hex = letter === 'u' ? this.#take(HEX_4) : ''
    if (hex === '') throw this.#invalid('escape')
    return String.fromCharCode(Number.parseInt(hex, 16))
  }

  #literal(first: string | undefined): Json | undefined {
    const [word, json] = LITERALS.get(first ?? '') ?? []
    if (word === undefined || !this.#text.startsWith(word, this.#at)) return undefined
    this.#at += word.length
    return json
  }

  #integer(): Json {
    const digits = this.#take(INTEGER)
    if (digits === '') throw this.#invalid('value')
    const next = this.#text[this.#at] ?? ''
    // A digit here is a leading zero; ".", "e" and "E" would make a fraction.
    if (/[0-9.eE]/.test(next) || digits === '-0') throw this.#invalid('integer')
    const integer = Number(digits)
    if (!Number.isSafeInteger(integer)) throw this.#invalid('integer of at most 2^53 - 1')
    return integer
  }

  /** Moves past what the sticky expression matches here; empty when it does not match. */
  #take(expression: RegExp): string {
    expression.lastIndex = this.#at
    const match = expression.exec(this.#text)?.[0] ?? ''
    this.#at += match.length
    return match
  }

  #skip(character: string): boolean {
    this.#take(WHITE_SPACE)
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #invalid(expected: string): TrustError {
    return new TrustError('JSON_INVALID', { expected, at: this.#at })
  }
}
