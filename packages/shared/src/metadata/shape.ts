/** Reads the parts of metadata; METADATA_INVALID names the field that is not what TUF 4 asks for. */
import { TrustError } from '../errors.ts'
import { isJsonList, isJsonObject, type Json, type JsonObject } from '../json/json.ts'

export function notTheShape(field: string, expected: string): TrustError {
  return new TrustError('METADATA_INVALID', { field, expected })
}

export function objectAt(json: Json | undefined, field: string): JsonObject {
  if (isJsonObject(json)) return json
  throw notTheShape(field, 'object')
}

export function listAt(json: Json | undefined, field: string): readonly Json[] {
  if (isJsonList(json)) return json
  throw notTheShape(field, 'list')
}

export function stringAt(json: Json | undefined, field: string): string {
  if (typeof json === 'string') return json
  throw notTheShape(field, 'string')
}

export function stringsAt(json: Json | undefined, field: string): string[] {
  return listAt(json, field).map((item, i) => stringAt(item, `${field}[${i}]`))
}

export function integerAt(json: Json | undefined, field: string, min: number): number {
  if (typeof json === 'number' && Number.isSafeInteger(json) && json >= min) return json
  throw notTheShape(field, `integer of at least ${min}`)
}

export function flagAt(json: Json | undefined, field: string): boolean {
  if (json === undefined) return false
  if (typeof json === 'boolean') return json
  throw notTheShape(field, 'true or false')
}

/** What `read` makes of every member, under the names the metadata chose: hence a Map. */
export function mapAt<Value>(
  json: Json | undefined,
  field: string,
  read: (value: Json, field: string, name: string) => Value,
): ReadonlyMap<string, Value> {
  const members = Object.entries(objectAt(json, field))
  return new Map(members.map(([name, value]) => [name, read(value, `${field}.${name}`, name)]))
}
