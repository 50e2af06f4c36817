/**
 * One entry of the activity log as it lies on the disk: one line of JSON that nobody can break out of,
 * whatever the facts say. `prev` is the SHA-256 of the line before, which makes the lines a chain.
 */
import { createHash } from 'node:crypto'
import { boundFacts, type Facts, Fields, isSha256Hex, parseJson } from '@fleetward/shared'
import { ACTIVITY_CLASSES } from '../core/activity-classes.ts'
import type { Way } from '../ports.ts'
import { type EntryClass, WAYS } from './classes.ts'
import { withoutSecrets } from './without-secrets.ts'

/** Facts have 1 KiB; escaped, every byte of it can take six. */
export const LINE_MAX_BYTES = 8 * 1024
const EVENT = /^[a-z][a-z0-9-]{0,31}$/

export interface LogEntry {
  readonly seq: number
  /** The system clock, RFC 3339 in UTC: it may be wrong, the order is that of `seq`. */
  readonly time: string
  /** Since the device started; goes on when the clock jumps. */
  readonly uptimeMs: number
  readonly class: EntryClass
  readonly event: string
  readonly by: Way
  readonly facts: Facts
  /** Empty in the first entry of a chain. */
  readonly prev: string
}

/** Without its end of line. */
export function encodeEntry(entry: LogEntry): string {
  const { seq, time, uptimeMs, class: entryClass, by, prev } = entry
  const event = EVENT.test(entry.event) ? entry.event : 'unnamed'
  const facts = boundFacts(withoutSecrets(entry.facts))
  const json = JSON.stringify({ seq, time, uptimeMs, class: entryClass, event, by, facts, prev })
  // Whatever a terminal, a pager or a log collector could take for a command or a line of its own:
  // control characters, among them the C1 ones that JSON leaves alone, and text that runs backwards.
  return json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${hex(unit.charCodeAt(0))}`)
      .join(''),
  )
}

/** TrustError JSON_… or ARTIFACT_INVALID when the line is no entry. */
export function parseEntry(line: string): LogEntry {
  const fields = new Fields(parseJson(Buffer.from(line, 'utf8'), LINE_MAX_BYTES), 'JSON_INVALID')
  const entry = {
    seq: fields.integer('seq', 1),
    time: fields.text('time', 40),
    uptimeMs: fields.integer('uptimeMs'),
    class: fields.oneOf('class', [...ACTIVITY_CLASSES, 'log'] as const),
    event: fields.text('event', 32),
    by: fields.oneOf('by', WAYS),
    facts: fields.object('facts', parseFacts),
    prev: fields.matching('prev', isHashOrEmpty, 'a SHA-256, or empty'),
  }
  fields.refuseOthers()
  return entry
}

export function hashOf(line: string): string {
  return createHash('sha256').update(line).digest('hex')
}

function parseFacts(fields: Fields): Facts {
  const facts = new Map<string, string | number | boolean>()
  for (const [name, value] of Object.entries(fields.entries())) {
    if (typeof value === 'object') fields.refuse(name, 'text, a number, true or false')
    else facts.set(name, value)
  }
  return Object.fromEntries(facts)
}

const isHashOrEmpty = (text: unknown): text is string => text === '' || isSha256Hex(text)
const hex = (unit: number) => unit.toString(16).padStart(4, '0')
