/**
 * One line of the server's audit log, as it is stored, exported and hashed: JSON without white space, members in
 * order, and nothing in it that a terminal or a log collector could take for a line of its own. `prev` is the
 * SHA-256 of the line before, which makes the lines a chain.
 */
import { sha256Hex } from '../crypto/digest.ts'
import { codeOf } from '../errors.ts'
import { Fields, isSha256Hex } from '../json/fields.ts'
import { isJsonList, isJsonObject, type Json, type JsonObject } from '../json/json.ts'
import { parseJson } from '../json/parse-json.ts'

/** Before and after have 3 KiB each; escaped, some bytes of it take six. */
export const AUDIT_LINE_MAX_BYTES = 48 * 1024

export const AUDIT_OUTCOMES = ['done', 'refused'] as const
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number]

export interface AuditActor {
  readonly kind: string
  readonly id: string
  readonly name: string
  /** Account id of the person who answers for it. */
  readonly person?: string
  readonly via: string
  readonly address?: string
  /** Id of the session or the token that was used. */
  readonly credential?: string
}

export interface AuditLine {
  readonly seq: number
  /** Empty in the first line of a chain. */
  readonly prev: string
  /** Seconds since 1970. */
  readonly at: number
  readonly actor: AuditActor
  readonly action: string
  readonly product?: string
  readonly subject: string
  readonly before?: Json
  readonly after?: Json
  readonly outcome: AuditOutcome
  readonly code?: string
  readonly requestId?: string
}

const TEXT_MAX_BYTES = 2048

export function encodeAuditLine(line: AuditLine): string {
  const json = JSON.stringify(inOrder(line as unknown as JsonObject))
  // Control characters, among them the C1 ones that JSON leaves alone, and text that runs backwards.
  return json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** JSON_… when the text is no line of the log. */
export function parseAuditLine(text: string): AuditLine {
  const bytes = new TextEncoder().encode(text)
  const fields = new Fields(parseJson(bytes, AUDIT_LINE_MAX_BYTES), 'JSON_INVALID')
  const line = {
    seq: fields.integer('seq', 1),
    prev: fields.matching('prev', isHashOrEmpty, 'a SHA-256, or empty'),
    at: fields.integer('at'),
    actor: fields.object('actor', parseActor),
    action: fields.text('action', TEXT_MAX_BYTES),
    ...optionalText(fields, 'product'),
    subject: fields.text('subject', TEXT_MAX_BYTES),
    ...fields.optional('before', (name) => fields.raw(name)),
    ...fields.optional('after', (name) => fields.raw(name)),
    outcome: fields.oneOf('outcome', AUDIT_OUTCOMES),
    ...optionalText(fields, 'code'),
    ...optionalText(fields, 'requestId'),
  }
  fields.refuseOthers()
  return line
}

/** Undefined when the text is no line of the log. */
export function readAuditLine(text: string): AuditLine | undefined {
  try {
    return parseAuditLine(text)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}

export function auditHashOf(line: string): string {
  return sha256Hex(new TextEncoder().encode(line))
}

function parseActor(fields: Fields): AuditActor {
  return {
    kind: fields.text('kind', TEXT_MAX_BYTES),
    id: fields.text('id', TEXT_MAX_BYTES),
    name: fields.text('name', TEXT_MAX_BYTES),
    ...optionalText(fields, 'person'),
    via: fields.text('via', TEXT_MAX_BYTES),
    ...optionalText(fields, 'address'),
    ...optionalText(fields, 'credential'),
  }
}

const isHashOrEmpty = (text: unknown): text is string => text === '' || isSha256Hex(text)

function optionalText<Name extends string>(fields: Fields, name: Name) {
  return fields.optional(name, (given) => fields.text(given, TEXT_MAX_BYTES))
}

/** Without what is undefined. */
function inOrder(json: Json): Json {
  if (isJsonList(json)) return json.map(inOrder)
  if (!isJsonObject(json)) return json
  return Object.fromEntries(
    Object.entries(json)
      .filter(([, value]) => value !== undefined)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => [name, inOrder(value)]),
  )
}
