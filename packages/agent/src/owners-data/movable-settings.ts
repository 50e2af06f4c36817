/** The owner's settings as they move to another device: what is about one update or one device stays. */
import { Fields, type Json, RequestError, TrustError } from '@fleetward/shared'
import type { OwnersChoices } from '../core/owners-choices.ts'
import { parseOwnersChoices } from '../core/record-json.ts'

const MOVABLE = [
  'security',
  'functionality',
  'notify',
  'approvalAsLastStep',
  'window',
  'remoteManagement',
  'pageLocalNetwork',
  'optedOutUntil',
  'optedOutSince',
  'logClassesOff',
] as const satisfies readonly (keyof OwnersChoices)[]

export function movableSettings(owner: OwnersChoices): Json {
  const entries = MOVABLE.flatMap((name) =>
    owner[name] === undefined ? [] : [[name, owner[name] as Json] as const],
  )
  return Object.fromEntries(entries)
}

/** The owner's choices once these settings have come: what is not a setting stays as it is here. */
export function withImportedSettings(owner: OwnersChoices, imported: OwnersChoices): OwnersChoices {
  const { postponed, approved } = owner
  return {
    ...(postponed === undefined ? {} : { postponed }),
    ...(approved === undefined ? {} : { approved }),
    ...imported,
  }
}

/** Throws ARCHIVE_INVALID that names the field. */
export function parseMovableSettings(json: Json): OwnersChoices {
  try {
    const fields = new Fields(json, 'JSON_INVALID')
    for (const name of Object.keys(fields.entries())) {
      const isMovable = (MOVABLE as readonly string[]).includes(name)
      if (!isMovable) fields.refuse(name, 'a setting that can be moved')
    }
    return parseOwnersChoices(fields)
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new RequestError('ARCHIVE_INVALID', { entry: 'settings.json', ...error.facts })
  }
}
