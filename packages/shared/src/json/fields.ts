/**
 * Reads the fields of a JSON object that came from outside, once, into a typed value. Every mistake
 * becomes one TrustError that names the field by its path (`offers[1].share.upTo`).
 */
import { type TrustCode, TrustError } from '../errors.ts'
import { isJsonList, isJsonObject, type Json, type JsonObject } from './json.ts'

const HEX_256_BITS = /^[0-9a-f]{64}$/
const HEX_512_BITS = /^[0-9a-f]{128}$/
const utf8 = new TextEncoder()

export class Fields {
  readonly #object: JsonObject
  readonly #code: TrustCode
  readonly #path: string
  readonly #known = new Set<string>()

  constructor(json: Json | undefined, code: TrustCode, path = '') {
    this.#code = code
    this.#path = path
    if (!isJsonObject(json)) throw this.#mistake('', 'object')
    this.#object = json
  }

  has(name: string): boolean {
    this.#known.add(name)
    return Object.hasOwn(this.#object, name)
  }

  /** At least one character, at most `maxBytes` of UTF-8. */
  text(name: string, maxBytes: number): string {
    const text = this.#take(name)
    if (typeof text !== 'string' || text === '' || utf8.encode(text).length > maxBytes) {
      throw this.#mistake(name, `text of 1 to ${maxBytes} bytes`)
    }
    return text
  }

  /** What people wrote; counted in characters, as they count. */
  prose(name: string, min: number, max: number): string {
    const text = this.#take(name)
    const characters = typeof text === 'string' ? Array.from(text).length : -1
    if (typeof text !== 'string' || characters < min || characters > max) {
      throw this.#mistake(name, `text of ${min} to ${max} characters`)
    }
    return text
  }

  matching(name: string, is: (text: unknown) => text is string, expected: string): string {
    const text = this.#take(name)
    if (!is(text)) throw this.#mistake(name, expected)
    return text
  }

  sha256(name: string): string {
    return this.matching(name, isSha256Hex, 'SHA-256 in lower-case hex')
  }

  integer(name: string, min = 0, max: number = Number.MAX_SAFE_INTEGER): number {
    const number = this.#take(name)
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < min || number > max)
      throw this.#mistake(name, `integer from ${min} to ${max}`)
    return number
  }

  flag(name: string): boolean {
    const flag = this.#take(name)
    if (typeof flag !== 'boolean') throw this.#mistake(name, 'true or false')
    return flag
  }

  /** A field that is either absent or true. */
  alwaysTrue(name: string): true {
    return this.#take(name) === true || this.refuse(name, 'true')
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const word = this.#take(name)
    const known = words.find((candidate) => candidate === word)
    if (known === undefined) throw this.#mistake(name, words.join(' | '))
    return known
  }

  object<Value>(name: string, read: (fields: Fields) => Value): Value {
    const path = this.#pathOf(name)
    return read(new Fields(this.#take(name), this.#code, path))
  }

  /** Each item is read as the field `[index]` of the list. */
  list<Item>(
    name: string,
    { min = 0, max }: { min?: number; max: number },
    read: (items: Fields, index: string) => Item,
  ): Item[] {
    const list = this.#take(name)
    if (!isJsonList(list) || list.length < min || list.length > max) {
      throw this.#mistake(name, `list of ${min} to ${max}`)
    }
    const items = new Fields({ ...list }, this.#code, this.#pathOf(name))
    return list.map((_, index) => read(items, String(index)))
  }

  raw(name: string): Json {
    const value = this.#take(name)
    if (value === undefined) throw this.#mistake(name, 'a value')
    return value
  }

  /** All fields, whatever they are called. */
  entries(): JsonObject {
    return this.#object
  }

  /** `{}` when the field is absent, so that it can be spread into an object. */
  optional<Name extends string, Value>(
    name: Name,
    read: (name: Name) => Value,
  ): { readonly [Key in Name]?: Value } {
    return this.has(name) ? ({ [name]: read(name) } as { [Key in Name]?: Value }) : {}
  }

  /** Closed world: what a newer sender added and we do not understand must not be half obeyed. */
  refuseOthers(): void {
    for (const name of Object.keys(this.#object)) {
      if (!this.#known.has(name)) throw this.#mistake(name, 'no such field')
    }
  }

  refuse(name: string, expected: string): never {
    throw this.#mistake(name, expected)
  }

  /** For a rule over several fields. */
  require(holds: boolean, name: string, expected: string): void {
    if (!holds) throw this.#mistake(name, expected)
  }

  #take(name: string): Json | undefined {
    return this.has(name) ? this.#object[name] : undefined
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`
  }

  /** The value itself is not repeated: it is long, or somebody's, or made to confuse a reader. */
  #mistake(name: string, expected: string): TrustError {
    const field = (name === '' ? this.#path : this.#pathOf(name)).slice(0, 120)
    return new TrustError(this.#code, { field, expected })
  }
}

export function isSha256Hex(text: unknown): text is string {
  return typeof text === 'string' && HEX_256_BITS.test(text)
}

export function isSha512Hex(text: unknown): text is string {
  return typeof text === 'string' && HEX_512_BITS.test(text)
}
