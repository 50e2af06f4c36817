/** The fields that every role's metadata has (TUF 4.3). */
import type { Json, JsonObject } from '../json/json.ts'
import { integerAt, notTheShape, objectAt, stringAt } from './shape.ts'

export type MetadataType = 'root' | 'timestamp' | 'snapshot' | 'targets'

export interface Common {
  readonly version: number
  readonly expires: Date
}

/** Any 1.x: TUF 4.3 leaves the choice to us, and 1.x has stayed compatible throughout. */
const SPEC_VERSION = /^1\.[0-9]{1,9}(?:\.[0-9]{1,9})?$/
const DATE_TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/

/** Metadata of one role must not pass for another's: `type` is what the caller asked for. */
export function readCommon(
  json: Json | undefined,
  type: MetadataType,
): Common & { fields: JsonObject } {
  const fields = objectAt(json, 'signed')
  if (fields._type !== type) throw notTheShape('_type', type)
  if (!SPEC_VERSION.test(stringAt(fields.spec_version, 'spec_version'))) {
    throw notTheShape('spec_version', '1.x')
  }
  return {
    fields,
    version: integerAt(fields.version, 'version', 1),
    expires: readExpires(stringAt(fields.expires, 'expires')),
  }
}

/** The round trip refuses what Date repairs (31 February) or cannot read, which never expires. */
function readExpires(text: string): Date {
  const expires = new Date(DATE_TIME.test(text) ? text : Number.NaN)
  if (Number.isNaN(expires.getTime()) || formatExpires(expires) !== text) {
    throw notTheShape('expires', 'YYYY-MM-DDTHH:MM:SSZ')
  }
  return expires
}

/** As `expires` is written; fractions of a second are cut off. */
export function formatExpires(date: Date): string {
  return date.toISOString().replace(/\.[0-9]{3}Z$/, 'Z')
}
