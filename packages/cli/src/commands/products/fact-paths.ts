/** Single facts by their path, `supportPeriod.ends=2034-12`: put in and taken out, without touching what was given. */
import { Refusal } from '../../refusal.ts'

export type Facts = { readonly [name: string]: unknown }

const NAME = /^[a-zA-Z]{1,64}$/
/** Names that every object has. */
const FORBIDDEN: ReadonlySet<string> = new Set(['constructor', 'prototype'])

export function assigned(facts: Facts, assignment: string): Facts {
  const at = assignment.indexOf('=')
  if (at < 1) throw misspelt(assignment, 'Write path=value: supportPeriod.ends=2034-12.')
  return put(facts, namesIn(assignment.slice(0, at), assignment), factOf(assignment.slice(at + 1)))
}

export function cleared(facts: Facts, path: string): Facts {
  const names = namesIn(path, path)
  if (isThere(facts, names)) return put(facts, names, undefined)
  throw new Refusal('USAGE', `${path} is not there to be taken away`, {
    next: 'See what is written with `fleetward products facts show`.',
    usage: true,
  })
}

export function objectIn(bytes: Uint8Array, file: string): Facts {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    if (isFacts(value)) return value
  } catch {
    // Said below.
  }
  throw new Refusal('FILE_INVALID', `${file} holds no JSON object`, {
    next: 'Write one, as `--json` shows it: { "name": "…" }.',
    usage: true,
  })
}

function isThere(facts: Facts, [name = '', ...rest]: readonly string[]): boolean {
  if (!Object.hasOwn(facts, name)) return false
  const inner = facts[name]
  return rest.length === 0 || (isFacts(inner) && isThere(inner, rest))
}

function put(facts: Facts, [name = '', ...rest]: readonly string[], value: unknown): Facts {
  const { [name]: before, ...others } = facts
  const inner = rest.length === 0 ? value : put(isFacts(before) ? before : {}, rest, value)
  // What has nothing left in it is gone too.
  const isGone = inner === undefined || (rest.length > 0 && isEmpty(inner))
  return isGone ? others : { ...others, [name]: inner }
}

/** What looks like JSON is JSON; a text of digits alone has to stand in quotes. */
function factOf(text: string): unknown {
  if (!/^(\[|\{|"|true$|false$|\d+$)/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function namesIn(path: string, whole: string): string[] {
  const names = path.split('.')
  if (names.every((name) => NAME.test(name) && !FORBIDDEN.has(name))) {
    const [first = '', ...rest] = names
    // Its members are named by the whole path of a fact.
    return first === 'notApplicable' && rest.length > 0 ? [first, rest.join('.')] : names
  }
  throw misspelt(whole, 'A path is names with dots between them: manufacturer.email.')
}

function misspelt(text: string, next: string): Refusal {
  return new Refusal('USAGE', `${text} names no fact`, { next, usage: true })
}

export function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isEmpty = (value: unknown) => isFacts(value) && Object.keys(value).length === 0
