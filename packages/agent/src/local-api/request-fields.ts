/** Reads the body of a request; a mistake is the asker's, so it is a RequestError that names the field. */
import { Fields, RequestError, TrustError } from '@fleetward/shared'
import type { LocalRequest } from './route.ts'

export function readFields<Value>(
  { body }: Pick<LocalRequest, 'body'>,
  read: (fields: Fields) => Value,
): Value {
  try {
    const fields = new Fields(body, 'JSON_INVALID')
    const value = read(fields)
    fields.refuseOthers()
    return value
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new RequestError('REQUEST_INVALID', error.facts)
  }
}
