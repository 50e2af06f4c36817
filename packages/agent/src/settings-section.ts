/**
 * One object of the settings file, read field by field. Reading goes on after a mistake, so that all
 * of them are named at once; what is returned then is never used.
 */
import type { Json } from '@fleetward/shared'

export interface Mistake {
  /** Where in the file: `updates.security`. */
  readonly path: string
  readonly problem: string
  readonly example: string
}

export type Mode = 'automatic' | 'ask'

const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

export class SettingsSection {
  readonly #object: { readonly [key: string]: Json }
  readonly #path: string
  readonly #mistakes: Mistake[]
  readonly #known = new Set<string>()

  constructor(json: Json, path: string, mistakes: Mistake[]) {
    this.#path = path
    this.#mistakes = mistakes
    this.#object = isObject(json) ? json : {}
    if (!isObject(json)) {
      mistakes.push({ path: path || 'the file', problem: 'must be an object', example: '{ … }' })
    }
  }

  has(name: string): boolean {
    this.#known.add(name)
    return Object.hasOwn(this.#object, name)
  }

  text(
    name: string,
    is: (text: unknown) => text is string,
    problem: string,
    example: string,
  ): string {
    const value = this.#take(name)
    if (is(value)) return value
    this.#mistake(name, value === undefined ? `is missing; it ${problem}` : problem, `"${example}"`)
    return ''
  }

  integer(name: string, otherwise: number, min: number, max: number): number {
    const value = this.#take(name)
    if (value === undefined) return otherwise
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) {
      return value
    }
    this.#mistake(name, `must be an integer from ${min} to ${max}`, String(otherwise))
    return otherwise
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.#take(name)
    if (value === undefined || typeof value === 'boolean') return value ?? otherwise
    this.#mistake(name, 'must be true or false', 'true')
    return otherwise
  }

  mode(name: string, otherwise: Mode): Mode {
    const value = this.#take(name)
    if (value === undefined || value === 'automatic' || value === 'ask') return value ?? otherwise
    this.#mistake(name, 'must be "automatic" or "ask"', `"${otherwise}"`)
    return otherwise
  }

  /** Required unless there is an `otherwise`. */
  oneOf<Word extends string>(name: string, words: readonly Word[], otherwise?: Word): Word {
    const value = this.#take(name)
    const word = words.find((candidate) => candidate === value)
    if (word !== undefined) return word
    const first = otherwise ?? (words[0] as Word)
    if (value === undefined && otherwise !== undefined) return otherwise
    this.#mistake(name, `must be ${words.map((word) => `"${word}"`).join(' or ')}`, `"${first}"`)
    return first
  }

  /** A program by its absolute path (or `node`) and its words. Required unless there is an `otherwise`. */
  command(name: string, otherwise?: readonly string[]): readonly string[] {
    const value = this.#take(name)
    if (value === undefined && otherwise !== undefined) return otherwise
    const words = Array.isArray(value) ? value : []
    const [program] = words
    const isProgram = typeof program === 'string' && (program === 'node' || program.startsWith('/'))
    if (isProgram && words.every(isText)) return words
    const problem = 'must be a list of words, the first an absolute path'
    const example = JSON.stringify(otherwise ?? ['/usr/lib/product/self-test'])
    this.#mistake(name, value === undefined ? `is missing; it ${problem}` : problem, example)
    return []
  }

  texts(name: string, otherwise: readonly string[], example: string): readonly string[] {
    const value = this.#take(name)
    if (value === undefined) return otherwise
    if (Array.isArray(value) && value.every(isText)) return value
    this.#mistake(name, 'must be a list of texts', example)
    return otherwise
  }

  /** Of what only the reader of the whole section can see. */
  mistake(name: string, problem: string, example: string): void {
    this.#mistake(name, problem, example)
  }

  section(name: string, example: string): SettingsSection {
    const value = this.#take(name)
    if (value === undefined) return new SettingsSection({}, this.#at(name), this.#mistakes)
    if (isObject(value)) {
      return new SettingsSection(value, this.#at(name), this.#mistakes)
    }
    this.#mistake(name, 'must be an object', example)
    return new SettingsSection({}, this.#at(name), this.#mistakes)
  }

  environment(name: string): Record<string, string> {
    const section = this.section(name, '{ "LISTEN_PORT": "8080" }')
    const entries: [string, string][] = []
    for (const variable of Object.keys(section.#object)) {
      const problem = ENVIRONMENT_NAME.test(variable)
        ? variable.startsWith('FLEETWARD_') &&
          'must not begin with FLEETWARD_: those are the agent’s'
        : 'must be a name of letters, digits and "_"'
      if (problem) section.#mistake(variable, problem, '"LISTEN_PORT": "8080"')
      entries.push([variable, section.text(variable, isText, 'must be text', '8080')])
    }
    return Object.fromEntries(entries)
  }

  refuseOthers(): void {
    for (const name of Object.keys(this.#object)) {
      if (this.#known.has(name)) continue
      const known = [...this.#known].join(', ')
      this.#mistake(name, 'there is no such setting', `one of ${known}`)
    }
  }

  #take(name: string): Json | undefined {
    return this.has(name) ? this.#object[name] : undefined
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`
  }

  #mistake(name: string, problem: string, example: string): void {
    this.#mistakes.push({ path: this.#at(name), problem, example })
  }
}

function isObject(json: Json): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0')
}
