/** A failure on its way from one process of the agent to the other: class, code and facts. */
import {
  codeOf,
  DeviceError,
  type Facts,
  Fields,
  type Json,
  TransferError,
  TrustError,
} from '@fleetward/shared'

const KINDS = ['trust', 'transfer', 'device'] as const
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/
const FACTS_MAX_COUNT = 32

/** undefined for what nobody foresaw: its text stays in the process that saw it. */
export function failureToJson(error: unknown): Json | undefined {
  const known = codeOf(error)
  if (known === undefined) return undefined
  const kind =
    error instanceof TrustError ? 'trust' : error instanceof TransferError ? 'transfer' : 'device'
  return { kind, code: known.code, facts: { ...known.facts } }
}

/** The error to throw on this side. What is no failure is one too: nothing passes for success. */
export function failureFromJson(json: Json): TrustError | TransferError | DeviceError {
  const fields = new Fields(json, 'JSON_INVALID')
  const code = fields.matching('code', isCode, 'a code') as never
  const facts = fields.object('facts', factsOf)
  switch (fields.oneOf('kind', KINDS)) {
    case 'trust':
      return new TrustError(code, facts)
    case 'transfer':
      return new TransferError(code, facts)
    case 'device':
      return new DeviceError(code, facts)
  }
}

export function factsOf(fields: Fields): Facts {
  const entries = Object.entries(fields.entries())
  fields.require(entries.length <= FACTS_MAX_COUNT, 'facts', `at most ${FACTS_MAX_COUNT}`)
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, value]]
        : [],
    ),
  )
}

const isCode = (text: unknown): text is string => typeof text === 'string' && CODE.test(text)
